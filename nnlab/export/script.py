"""A run as a standalone script: plain PyTorch that prints the very loss of the run."""

from nnlab.export.cells import STANDARD, Cells, cells
from nnlab.models.code import Style
from nnlab.runs.store import Run

WIDTH = 88
DATA = """\
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument(
    "--data",
    type=Path,
    default=os.environ.get("NNLAB_DATA_DIR", "data"),
    help="where the data sets are kept; else NNLAB_DATA_DIR, or data",
)
DATA = Path(parser.parse_args().data)
"""


def script(run: Run, style: Style) -> str:
    """Source that trains what the run trained, in the same order, and prints the same final loss.

    `style` says how the network is written; optimizer, threads and evaluation stay. Its last line
    of output is `train_loss`, a space, and the number as Python writes a float.

    Raises:
        NnlabError, RunNotFoundError, RunDamagedError: as `cells` does.
    """
    found = cells(run, style)
    parts = [f'"""{_quoted(found.about)}"""\n', _import_block(found)]
    if found.reads_files:
        parts.append(DATA)
    for cell in found.cells:
        after_block = "\n" if parts[-1].splitlines()[-1].startswith(" ") else ""
        before_block = "\n" if cell.code.startswith(("def ", "class ")) else ""
        heading = f"# {cell.title} {'-' * max(3, WIDTH - len(cell.title))}"
        parts.append(f"{after_block}{heading}\n{before_block}\n{cell.code}")
    return "\n".join(parts)


def _quoted(text: str) -> str:
    return text.replace("\\", "/").replace('"""', "'''")


def _import_block(found: Cells) -> str:
    lines = [*(["import argparse"] if found.reads_files else []), *found.imports]
    standard = [line for line in lines if line.split()[1].partition(".")[0] in STANDARD]
    others = [line for line in lines if line not in standard]
    groups = ["\n".join(group) for group in (standard, others) if group]
    return "\n\n".join(groups) + "\n"
