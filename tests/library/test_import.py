"""`import nnlab`: names that are looked up when they are asked for."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import nnlab

HEAVY = ("torch", "streamlit", "pandas", "plotly", "pydantic", "numpy")
REPOSITORY = Path(__file__).resolve().parents[2]


def loaded_by(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.split())


def test_importing_nnlab_loads_nothing_heavy():
    assert not loaded_by("import nnlab") & set(HEAVY)


def test_an_experiment_and_an_error_need_no_torch():
    loaded = loaded_by("import nnlab\nnnlab.Experiment, nnlab.NnlabError")
    assert "pydantic" in loaded
    assert not loaded & {"torch", "streamlit"}


def test_the_library_never_loads_streamlit():
    loaded = loaded_by("import nnlab\nnnlab.train, nnlab.sweep, nnlab.open, nnlab.runs()")
    assert "torch" in loaded
    assert "streamlit" not in loaded


@pytest.mark.parametrize("name", nnlab.__all__)
def test_every_name_that_is_listed_is_there_and_says_what_it_is(name):
    found = getattr(nnlab, name)
    assert found is getattr(nnlab, name)
    assert name in dir(nnlab)
    assert name == "__version__" or found.__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="trian"):
        _ = nnlab.trian  # ty: ignore[missing-attribute]


def test_the_package_of_runs_can_be_called_whenever_it_was_imported(runs_dir):
    package = import_module("nnlab.runs")
    assert import_module("nnlab.runs.store").Store is package.store.Store  # ty: ignore
    assert package is nnlab.runs
    assert list(nnlab.runs()) == []
    assert not runs_dir.exists()
