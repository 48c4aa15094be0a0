"""docs/notebook.ipynb runs from the top, and its outputs are recordings that need no kernel."""

from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import REPOSITORY
from tests.notebook.pages import data_of, moments_of

pytestmark = pytest.mark.slow

NOTEBOOK = REPOSITORY / "docs" / "notebook.ipynb"


def test_the_notebook_has_no_outputs_of_its_own_in_the_repository() -> None:
    cells = nbformat.read(NOTEBOOK, 4).cells
    assert all(not cell.get("outputs") for cell in cells)


@pytest.fixture
def executed(tmp_path: Path, runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    notebook = nbformat.read(NOTEBOOK, 4)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    return notebook


def test_it_runs_and_each_training_leaves_a_recording(executed: Any) -> None:
    shown = [
        output.data
        for cell in executed.cells
        for output in cell.get("outputs", [])
        if output.output_type == "display_data"
    ]
    assert [data.keys() for data in shown] == [{"text/html", "text/plain"}] * 2
    lab, own = (unescape(data["text/html"]).partition('srcdoc="')[2] for data in shown)
    assert len(data_of(lab)["moments"]["steps"]) > 10
    assert data_of(own)["title"] == "mine"
    assert data_of(own)["curves"].keys() == {"loss", "accuracy"}
    assert len(data_of(own)["points"]["colours"]["light"]) == 2
    assert moments_of(own)[-1]["0.weight"].shape == (8, 2)
    assert data_of(own)["status"].startswith("finished")
