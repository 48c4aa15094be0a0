"""A student who would open the test pictures of a challenge by a search, or by an older run."""

from pathlib import Path
from typing import Any

import pytest

from nnlab.classroom.classroom import Classroom
from nnlab.classroom.owned import OwnedConductors, OwnedLauncher
from nnlab.config import Experiment, Sweep
from nnlab.errors import NnlabError
from nnlab.runs.store import Run, Store
from nnlab.visitor import Visitor
from tests.classroom.contest import ADA, LECTURER, open_one
from tests.classroom.test_owned import Noted

NETWORK: list[dict[str, Any]] = [{"kind": "flatten"}, {"kind": "linear", "out_features": 10}]


def a_run(runs_dir: Path, data: dict[str, Any], *axes: tuple[str, Any]) -> Run:
    experiment = Experiment.model_validate(
        {"data": data, "model": {"layers": NETWORK}, "training": {"epochs": 1}}
    )
    sweep = None
    if axes:
        said = [{"path": path, "values": values} for path, values in axes]
        search = {"method": "grid", "pruning": "none"}
        sweep = Sweep.model_validate({"experiment": experiment, "axes": said, "search": search})
    return Store(runs_dir).create(experiment, name="a", owner=ADA.owner, sweep=sweep)


def begin(run: Run, who: Visitor) -> list[str]:
    noted: Any = Noted()
    OwnedConductors(noted, who).start(run)
    return noted.calls


@pytest.mark.parametrize(
    "axes",
    [
        [("data.test", ["sealed", "at_end"])],
        [("data.test", "validates,sealed")],
        [("training.optimizer.lr", [0.1, 0.2]), ("data.test", ["validates"])],
    ],
)
def test_no_trial_of_a_search_opens_the_test_pictures_of_a_challenge(
    axes: list[tuple[str, Any]], room: Classroom, runs_dir: Path
) -> None:
    search = a_run(runs_dir, {"kind": "digits"}, *axes)
    kept = open_one(room, data={"kind": "digits"}, limits={"parameters": 20_000})
    with pytest.raises(NnlabError, match="sealed until the lecturer reveals"):
        begin(search, ADA)
    assert begin(search, LECTURER) == ["start"]
    kept.reveal(LECTURER)
    assert begin(search, ADA) == ["start"]


def test_nor_does_one_that_comes_to_these_pictures_by_an_axis(
    room: Classroom, runs_dir: Path
) -> None:
    data = {"kind": "mnist", "test": "at_end"}
    search = a_run(runs_dir, data, ("data.kind", ["mnist", "digits"]))
    open_one(room, data={"kind": "digits"}, limits={"parameters": 20_000})
    with pytest.raises(NnlabError, match="sealed until the lecturer reveals"):
        begin(search, ADA)


def test_a_search_that_leaves_them_sealed_begins(room: Classroom, runs_dir: Path) -> None:
    search = a_run(runs_dir, {"kind": "digits"}, ("training.optimizer.lr", [0.1, 0.2]))
    open_one(room, data={"kind": "digits"}, limits={"parameters": 20_000})
    assert begin(search, ADA) == ["start"]


@pytest.mark.parametrize("do", ["resume", "step", "epoch"])
def test_a_run_of_before_the_challenge_does_not_go_on_to_its_test_pictures(
    do: Any, room: Classroom, runs_dir: Path
) -> None:
    run = a_run(runs_dir, {"kind": "digits", "test": "at_end"})
    open_one(room, data={"kind": "digits"}, limits={"parameters": 20_000})
    noted: Any = Noted()
    launcher = OwnedLauncher(noted, ADA)
    with pytest.raises(NnlabError, match="sealed until the lecturer reveals"):
        launcher.ask(run, do)
    launcher.ask(run, "pause")
    launcher.ask(run, "stop")
    assert noted.calls == ["ask", "ask"]
