"""A fault at every write of a run: what is finished is whole, and the rest goes on bit for bit.

Each case is a process of its own, in which the n-th call of the file system fails (`faults`); then
another goes on with what it left. `NNLAB_FULL=1` tries all n, else a seeded tenth.
"""

import logging
import os
import random
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest
import torch
from torch import Tensor

from nnlab.config import Activation, Dropout, Experiment, Linear, Model, PlaneClasses, Training
from nnlab.errors import NnlabError
from nnlab.runs.record import lock
from nnlab.runs.record.checkpoints import load_checkpoint, load_live
from nnlab.runs.record.control import FileControls, ask
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.store import Run, Store
from nnlab.runs.workers import worker
from nnlab.runs.workers.recorder import Recorder
from nnlab.training.events import FitEnded, FitStarted
from nnlab.training.fit import fit
from tests.hold.bounds import FULL
from tests.hold.faults import CRASHED, KINDS, Faults, Kind
from tests.training.bench import same

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="each case is a forked process"),
]

WELL, SAID_WHY, UNFORESEEN = 0, 3, 4
"""Exit codes of a case: its call returned, raised an NnlabError, raised anything else."""
STEPS = 12
CUT: dict[Kind, int] = {"full": 2, "full once": 1, "broken": 0, "crash": 0, "torn": 1}
"""Lines that were cut short: on a full disk that of an event, and the last word on it."""
SHOWN = 1500
"""Letters of what went wrong that a failure shows."""


def given() -> Experiment:
    """Twelve steps in four epochs; going on needs every generator and the schedule."""
    layers = (
        Linear(out_features=4),
        Activation(kind="relu"),
        Dropout(p=0.3),
        Linear(out_features=2),
    )
    training = {
        "optimizer": {"kind": "adam", "lr": 0.02},
        "schedule": {"kind": "one_cycle"},
        "epochs": 4,
        "threads": 1,
    }
    return Experiment(
        data=PlaneClasses(kind="circle", points=50),
        model=Model(layers=layers),
        training=Training.model_validate(training),
    )


class Tick:
    """A clock that goes on by a tenth of a second at each look: all is due all the time."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.1
        return self.now


def sit(home: Path, kind: Kind | None = None, n: int = 0) -> Faults:
    """One session of the run of this home, which is made if there is none, with a fault or none."""
    run = only_run(home)
    faults = Faults(home / "runs", kind, n)
    if run is None:
        run = Store(home / "runs").create(given(), name="a run")
    ask(run.path, "checkpoint")
    clock = Tick()
    worker.Recorder = partial(Recorder, clock=clock, own_time=clock)  # ty: ignore[invalid-assignment]
    worker.fit = partial(fit, clock=clock)
    controls = FileControls(run.path, 0.0, lambda: False, clock)
    for _event in worker.train(run, data_dir=home, device="cpu", controls=controls):
        pass
    return faults


def go_on(home: Path) -> None:
    """The next session, when somebody who was killed over a stale lock is known to be gone."""
    lock.ABANDONED_SECONDS = 0.0
    sit(home)


def in_child(home: Path, work: Callable[[], object]) -> int:
    """What became of `work` in a process of its own: its exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if not pid:
        _carry_out(home, work)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _carry_out(home: Path, work: Callable[[], object]) -> NoReturn:
    code = UNFORESEEN
    try:
        said = os.open(home / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(said, stream)
        logging.basicConfig(force=True, stream=os.fdopen(2, "w", closefd=False))
        work()
        code = WELL
    except NnlabError as error:
        os.write(2, str(error).encode())
        code = SAID_WHY
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


@dataclass(frozen=True)
class Unbroken:
    """What a run comes to that nothing happens to."""

    weights: dict[str, Tensor]
    figures: dict[str, object]
    calls: dict[str, int]
    """How many calls of its session each kind of fault can strike."""


def unbroken(home: Path) -> Unbroken:
    def work() -> None:
        faults = sit(home)
        (home / "calls").write_text(" ".join(str(faults.calls[kind]) for kind in KINDS))

    assert in_child(home, work) == WELL, (home / "said").read_text()
    run = only_run(home)
    assert run is not None
    counts = map(int, (home / "calls").read_text().split())
    return Unbroken(*outcome(run), calls=dict(zip(KINDS, counts, strict=True)))


def only_run(home: Path) -> Run | None:
    """The run of this home; None where none was made, or only what the lab calls damaged."""
    store = Store(home / "runs")
    runs = [summary.run for summary in store.summaries()]
    assert len(runs) + len(store.damaged()) <= 1
    return runs[0] if runs else None


def outcome(run: Run) -> tuple[dict[str, Tensor], dict[str, object]]:
    assert run.status() == "finished"
    found = load_live(run.path)
    assert found is not None
    step, weights = found
    assert step == STEPS
    return weights, History(EventReader(run.path).read_new()).final_figures()


def must_hold(home: Path, kind: Kind, n: int, expected: Unbroken) -> None:
    """One fault, and what is left of the run afterwards."""

    code = in_child(home, lambda: sit(home, kind, n))
    said = (home / "said").read_text()
    assert code in ((CRASHED,) if kind in ("crash", "torn") else (WELL, SAID_WHY)), said
    run = only_run(home)
    if run is None:
        assert code in (SAID_WHY, CRASHED)  # it could not even be made
        return
    assert not lock.is_held(run.path)
    before = EventReader(run.path)
    events = before.read_new()
    assert before.damaged <= CUT[kind]
    for path in list_checkpoints(run.path):
        assert load_checkpoint(path)["step"] == int(path.stem)
    saved = [e.step for e in events if e.type == "checkpoint_saved" and not e.best]
    kept = [int(path.stem) for path in list_checkpoints(run.path)]
    assert not saved or saved[-1] in kept, "a checkpoint that was reported is lost"

    if run.status() != "finished":
        if code == WELL:  # its last word says why, in the log or, on a full disk, in the process's
            told = isinstance(events[-1], FitEnded) if events else False
            assert (told and events[-1].error) or "cannot say so" in said, said  # ty: ignore
        again = in_child(home, lambda: go_on(home))
        assert again == WELL, (home / "said").read_text()
        after = EventReader(run.path)
        everything = after.read_new()
        assert everything[: len(events)] == events, "what was said is gone"
        assert after.damaged <= CUT[kind]
        new = everything[len(events) :]
        assert isinstance(new[0], FitStarted)
        assert new[0].step >= max(saved, default=0), "it began before its newest checkpoint"
    weights, figures = outcome(run)
    assert same(weights, expected.weights)
    assert figures == expected.figures
    assert not lock.is_held(run.path)
    assert not [path.name for path in run.path.rglob(".*")], "temporary files are left"


def cases(calls: dict[str, int], share: float) -> Iterator[tuple[Kind, int]]:
    """Every fault, or a seeded share of each kind with its first and last call."""
    dice = random.Random(20250607)
    for kind in KINDS:
        every = range(1, calls[kind] + 1)
        chosen = every if FULL else sorted(dice.sample(every, max(2, round(len(every) * share))))
        for n in chosen:
            yield kind, n


@pytest.mark.parametrize("begins", ["anew", "after a crash"])
def test_a_fault_at_every_call_costs_no_run(tmp_path: Path, begins: str) -> None:
    torch.set_num_threads(1)
    start = tmp_path / "start"
    start.mkdir()
    whole = tmp_path / "whole"
    shutil.copytree(start, whole)
    expected = unbroken(whole)
    calls = expected.calls
    if begins == "after a crash":
        moment = calls["crash"] * 2 // 3
        assert in_child(start, lambda: sit(start, "crash", moment)) == CRASHED
        going_on = tmp_path / "going on"
        shutil.copytree(start, going_on)
        resumed = unbroken(going_on)
        assert same(resumed.weights, expected.weights)
        calls = resumed.calls
    tried, failed = 0, []
    for kind, n in cases(calls, 0.1):
        home = tmp_path / f"{kind} {n}"
        shutil.copytree(start, home)
        tried += 1
        try:
            must_hold(home, kind, n, expected)
        except (AssertionError, NnlabError, OSError) as error:
            failed.append(f"{kind} {n}: {type(error).__name__}: {str(error)[-SHOWN:]}")
        else:
            shutil.rmtree(home)
    print(f"{begins}: {tried} faults of {sum(calls.values())} tried {calls}")
    assert not failed, f"{len(failed)} of {tried}:\n" + "\n".join(failed[:60])
