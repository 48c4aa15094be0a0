"""Runs to export, and a Python that has PyTorch but no nnlab to run what was exported."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from nnlab.config import Experiment
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.training.controls import Control, NoControls, Set
from nnlab.training.events import FitEnded

# Isolated (-I): no PYTHONPATH, not this directory. A child of its own for each script, so that none
# sees what another has set; What takes seconds to import is imported once for all.
RUNNER = """
import os, runpy, sys, traceback
import torch, torch._dynamo, sklearn.datasets
for line in sys.stdin:
    out, *argv = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if not child:
        sys.argv = argv
        sys.stdout = sys.stderr = open(out, "w", buffering=1)
        try:
            runpy.run_path(argv[0], run_name="__main__")
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)
    print("done", flush=True)
"""


class Scripted:
    """Asks for what a test says at the steps that it says."""

    def __init__(self, asked: Sequence[tuple[int, str, object]]) -> None:
        """Each is the step, then `stop` or `checkpoint` and None, or a path and a value."""
        self.left = list(asked)

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        assert not paused
        due = [one for one in self.left if one[0] == step]
        self.left = [one for one in self.left if one[0] != step]
        return [self._control(number, *one) for number, one in enumerate(due)]

    def _control(self, number: int, step: int, what: str, value: object) -> Control:
        name = f"{step}-{number}"
        if what in ("stop", "checkpoint"):
            return Control.model_validate({"id": name, "at": 0, "do": what})
        return Control(id=name, at=0, set=Set(path=what, value=value))


def train_to_the_end(
    run: Run, data_dir: Path, asked: Sequence[tuple[int, str, object]] = ()
) -> float:
    """Train (on) and return the loss that the run ends with."""
    controls = Scripted(asked) if asked else NoControls()
    *_, last = train(run, data_dir=data_dir, device="cpu", controls=controls)
    assert isinstance(last, FitEnded)
    assert last.train_loss is not None, last.error
    assert not asked or (isinstance(controls, Scripted) and not controls.left)
    return last.train_loss


@pytest.fixture
def store(runs_dir: Path) -> Store:
    return Store(runs_dir)


@pytest.fixture
def trained(store: Store, data_dir: Path) -> Callable[..., tuple[Run, float]]:
    """Trains an experiment: `trained(experiment, (40, "training.l1", 0.01), …)`."""

    def make(experiment: Experiment, *asked: tuple[int, str, object]) -> tuple[Run, float]:
        run = store.create(experiment, name="exported")
        return run, train_to_the_end(run, data_dir, asked)

    return make


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Runs a source without nnlab: `elsewhere(source, *arguments)` is all that it prints."""
    home = tmp_path_factory.mktemp("elsewhere")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "NNLAB"))}
    with subprocess.Popen(
        [sys.executable, "-I", "-c", RUNNER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=home,
        env=environment,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def run(source: str, *arguments: object) -> str:
            assert process.stdin is not None
            assert process.stdout is not None
            script, out = home / "script.py", home / "out.txt"
            script.write_text(source, encoding="utf-8")
            print(*map(str, (out, script, *arguments)), sep="\t", file=process.stdin, flush=True)
            assert process.stdout.readline() == "done\n"
            return out.read_text(encoding="utf-8")

        yield run
        process.stdin.close()
