import ast
from collections.abc import Callable

import nbformat

from nnlab import recipes
from nnlab.config import Experiment
from nnlab.export.notebook import notebook
from nnlab.export.script import script
from nnlab.runs.store import Run

Trained = Callable[..., tuple[Run, float]]


def short(recipe: str) -> Experiment:
    return recipes.get(recipe).experiment.with_set("training.steps", 12)


def test_a_notebook_is_valid_and_its_cells_print_the_loss_of_the_run(
    trained: Trained, elsewhere: Callable[..., str]
) -> None:
    run, loss = trained(short("digits-mlp"))
    book = nbformat.reads(notebook(run), as_version=4)
    nbformat.validate(book)
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    assert len(cells) >= 6
    # Each compiled by itself, as Jupyter does, in one scope.
    source = "scope = {}\n" + "".join(
        f"exec(compile({cell.source!r}, 'cell', 'exec'), scope)\n" for cell in cells
    )
    assert elsewhere(source) == f"train_loss {loss!r}\n"
    assert "nnlab" not in source


def test_a_notebook_says_what_it_is_and_heads_each_cell(trained: Trained) -> None:
    run, loss = trained(short("xor"))
    book = nbformat.reads(notebook(run), as_version=4)
    assert run.id in book.cells[0].source
    assert repr(loss) in book.cells[0].source
    headings = [cell.source for cell in book.cells[1:] if cell.cell_type == "markdown"]
    assert headings == [
        "## Machine",
        "## Data",
        "## Network",
        "## Training",
        "## Train",
        "## Final loss",
    ]


def test_a_runs_name_is_no_markdown_there_and_no_code_anywhere(trained: Trained) -> None:
    """Jupyter would fetch the picture; a line of its own would be a statement."""
    run, _loss = trained(short("xor"))
    run.change_meta(name='![x](http://stranger.example/y)\nimport os\r<script> """ \u202e')
    about, *others = nbformat.reads(notebook(run), as_version=4).cells
    assert r"!\[x\](http://stranger.example/y) import os" in about.source
    assert r"\<script\>" in about.source
    assert "\u202e" not in about.source
    assert all("import os\n" not in f"{cell.source}\n" for cell in others)
    ast.parse(script(run, "module"))
