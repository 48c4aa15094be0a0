"""docs/python.md and the README's Python: every block runs, and has the types that it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TYPES = """
from typing import assert_type
from pathlib import Path
import numpy, pandas, plotly.graph_objects
from torch import nn

assert_type(run, nnlab.Run)
assert_type(run.history, pandas.DataFrame)
assert_type(run.network(0), nn.Sequential)
assert_type(run.figure("loss"), plotly.graph_objects.Figure)
assert_type(run.predict([[0, 0]]), numpy.typing.NDArray[numpy.float64])
assert_type(run.branch(0, {}), nnlab.Run)
assert_type(run.export("onnx"), bytes)
assert_type(run.export("onnx", "x"), Path)
assert_type(sweep, nnlab.Sweep)
assert_type(sweep.best, int)
assert_type(nnlab.runs(), nnlab.Runs)
assert_type(nnlab.runs()[0], nnlab.Run | nnlab.Sweep | nnlab.RecordedRun)
assert_type(nnlab.open("x"), nnlab.Run | nnlab.Sweep | nnlab.RecordedRun)
"""
"""What a checker is to know of the names that the blocks make."""


def script(document: str) -> str:
    text = (REPOSITORY / document).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    if document == "README.md":  # what it shows of loops of one's own is tested with those
        blocks = [block for block in blocks if "nnlab.train(" in block]
    return "\n".join(blocks)


@pytest.mark.slow
@pytest.mark.parametrize(("document", "least"), [("docs/python.md", 40), ("README.md", 9)])
def test_every_block_runs_as_it_stands(document: str, least: int, tmp_path: Path) -> None:
    code = script(document)
    assert len(code.splitlines()) >= least
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("document", ["docs/python.md", "README.md"])
def test_a_checker_knows_what_everything_is(document: str, tmp_path: Path) -> None:
    file = tmp_path / "script.py"
    file.write_text(script(document) + TYPES)
    assert checked(file) == ""


def test_a_checker_sees_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "script.py"
    file.write_text("import nnlab\nnnlab.trian('spiral')\nnnlab.train('spiral').nothing\n")
    said = checked(file)
    assert "trian" in said
    assert "nothing" in said


def checked(file: Path) -> str:
    """What ty says of a script outside of the repository; nothing where it is content."""
    environment = Path(sys.prefix)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ty", "check", "--python", str(environment)),
            *("--extra-search-path", str(REPOSITORY), "--error-on-warning"),
            *("--output-format", "concise", str(file)),
        ],
        cwd=file.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr
