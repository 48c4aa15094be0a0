"""A run as a Jupyter notebook: the cells of the script, a heading above each."""

import json
from typing import Any

from nnlab.export.cells import cells
from nnlab.models.code import Style
from nnlab.runs.store import Run
from nnlab.visible import MARKS

DATA = 'DATA = Path(os.environ.get("NNLAB_DATA_DIR", "data"))  # where the data sets are kept\n'


def notebook(run: Run, style: Style = "module") -> str:
    """The JSON of an .ipynb (nbformat 4.5) that prints the same final loss as the run's script.

    Raises:
        NnlabError, RunNotFoundError, RunDamagedError: as `cells` does.
    """
    found = cells(run, style)
    imports = "\n".join(found.imports) + ("\n\n" + DATA if found.reads_files else "\n")
    parts = [("markdown", _without_marks(found.about)), ("code", imports)]
    for cell in found.cells:
        parts += [("markdown", f"## {_without_marks(cell.title)}"), ("code", cell.code)]
    book = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python"},
        },
        "cells": [_cell(number, kind, text) for number, (kind, text) in enumerate(parts)],
    }
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def _without_marks(text: str) -> str:
    """A run's name may hold marks of Markdown, as of a picture that Jupyter would fetch."""
    return "\n".join(
        line if line.startswith("    ") else MARKS.sub(r"\\\g<0>", line)
        for line in text.split("\n")
    )


def _cell(number: int, kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": f"cell-{number}",
        "metadata": {},
        "source": text.rstrip("\n").splitlines(keepends=True),
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
