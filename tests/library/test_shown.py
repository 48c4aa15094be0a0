"""A run in a notebook asks `nnlab.notebook`, and everywhere else it is one line."""

import shutil
import subprocess
import sys
from pathlib import Path

import nnlab
from nnlab.notebook import mimebundle_of
from tests.library.conftest import QUICK

REPOSITORY = Path(__file__).resolve().parents[2]


def test_a_run_displays_its_recording_and_a_sweep_its_table(circle):
    found = circle._repr_mimebundle_(include=None, exclude=None)
    assert found["text/plain"] == mimebundle_of(circle.directory)["text/plain"]
    assert "<iframe" in found["text/html"]
    swept = nnlab.sweep("circle", {"model.seed": [0, 1]}, QUICK, progress=False)
    assert "<table" in swept._repr_mimebundle_()["text/html"]
    assert repr(circle) == f"<nnlab.Run {circle.id}>"


def test_a_run_that_is_gone_is_said_in_its_cell(circle):
    swept = nnlab.sweep("circle", {"model.seed": [0, 1]}, QUICK, progress=False)
    for run in (circle, swept):
        shutil.rmtree(run.path)
        text = run._repr_mimebundle_()["text/plain"]
        assert text.startswith(repr(run))
        assert "was deleted" in text


def test_training_in_a_script_loads_no_notebook(runs_dir):
    code = (
        f"import sys, nnlab\nrun = nnlab.train('circle', {QUICK!r})\n"
        "print({'IPython', 'anywidget'} & sys.modules.keys())\nrun.show()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
