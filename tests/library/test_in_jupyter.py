"""`nnlab.train` in a Jupyter kernel, by nbclient: shown while it trains, stopped by *interrupt*."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient

from tests.library.conftest import QUICK

pytestmark = pytest.mark.slow
REPOSITORY = Path(__file__).resolve().parents[2]
BEGIN = f"import sys; sys.path.insert(0, {str(REPOSITORY)!r})\nimport nnlab"


def cells_of(*sources: str) -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return notebook


def data_of(cell: nbformat.NotebookNode) -> list[dict[str, str]]:
    return [output["data"] for output in cell.outputs if "data" in output]


def test_a_run_shows_itself_once_while_it_trains_and_a_sweep_its_table(tmp_path: Path) -> None:
    notebook = cells_of(
        BEGIN,
        f"run = nnlab.train('circle', {QUICK!r})",
        f"nnlab.sweep('circle', {{'model.seed': [0, 1]}}, {QUICK!r})",
        f"quiet = nnlab.train('circle', {QUICK!r}, progress=False)",
    )
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    _begin, trained, swept, quiet = notebook.cells
    (shown,) = data_of(trained)
    assert "text/html" in shown
    assert "circle" in shown["text/plain"]
    (table,) = data_of(swept)
    assert "<table" in table["text/html"]
    assert quiet.outputs == []
    assert len(list((tmp_path / "runs").iterdir())) == 3


def test_interrupting_the_kernel_stops_the_run_and_gives_it_back(tmp_path: Path) -> None:
    notebook = cells_of(
        BEGIN,
        "run = nnlab.train('spiral', {'training.epochs': 1_000_000}, progress=False)",
        "print(run.status, len(run.history) > 0)",
    )
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}})

    async def press() -> None:
        async with client.async_setup_kernel():
            begin, train, look = notebook.cells
            await client.async_execute_cell(begin, 0)
            training = asyncio.ensure_future(client.async_execute_cell(train, 1))
            while not list(tmp_path.glob("runs/*/live.safetensors")):
                assert not training.done()
                await asyncio.sleep(0.1)
            await asyncio.sleep(1)
            assert client.km is not None
            await ensure_async(client.km.interrupt_kernel())
            await training
            await client.async_execute_cell(look, 2)

    with ThreadPoolExecutor(1) as thread:  # this thread may have the loop of a browser
        thread.submit(asyncio.run, press()).result()
    assert notebook.cells[2].outputs[0]["text"].strip() == "stopped True"
