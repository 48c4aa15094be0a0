"""What a link can repeat of a run, and what it says where the numbers differ."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from nnlab.config import Experiment
from nnlab.config.replay_link import Expectation
from nnlab.data.registry import load
from nnlab.errors import NnlabError
from nnlab.recipes import get
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.rewind.branch import branch
from nnlab.runs.rewind.reproduce import judge, replayable
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.training.controls import Control, Set
from nnlab.training.fit import fit

SHORT = get("xor").experiment.with_set("training.steps", 60).with_set("training.epochs", None)


class At:
    """Asks once, at a step."""

    def __init__(self, step: int, **asked: Any) -> None:
        self.step, self.asked = step, asked

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        return [Control(id="a", at=0, **self.asked)] if step == self.step else []


def trained(experiment: Experiment, data_dir: Path, runs_dir: Path, **controls: Any) -> Run:
    run = Store(runs_dir).create(experiment, name="one")
    for _ in train(run, data_dir=data_dir, **controls):
        pass
    return run


def history(run: Run) -> History:
    return History(EventReader(run.path).read_new())


def last_loss(experiment: Experiment, data_dir: Path) -> tuple[int, float]:
    """An independent run of the experiment alone."""
    *_, ended = fit(experiment, load(experiment.data, data_dir))
    assert ended.type == "fit_ended"
    assert ended.train_loss is not None
    return ended.step, ended.train_loss


def test_the_experiment_of_a_link_ends_with_the_loss_it_expects(runs_dir: Path, data_dir: Path):
    run = trained(SHORT, data_dir, runs_dir)
    experiment, expected = replayable(run, history(run))
    assert experiment == SHORT
    assert last_loss(experiment, data_dir) == (expected.step, expected.train_loss)


def test_a_run_stopped_by_hand_repeats_up_to_the_step_where_it_stopped(
    runs_dir: Path, data_dir: Path
):
    run = trained(SHORT, data_dir, runs_dir, controls=At(37, do="stop"))
    experiment, expected = replayable(run, history(run))
    assert expected.step == 37
    assert last_loss(experiment, data_dir) == (37, expected.train_loss)


@pytest.mark.parametrize(
    ("controls", "experiment", "reason"),
    [
        ({"controls": At(9, set=Set(path="training.l1", value=0.1))}, SHORT, "was changed while"),
        (
            {"controls": At(9, do="stop")},
            SHORT.with_set("training.schedule", {"kind": "one_cycle"}),
            "over which its schedule spreads",
        ),
        ({"controls": At(0, do="stop")}, SHORT, "not made a step"),
    ],
)
def test_what_an_experiment_alone_does_not_repeat_is_refused(
    controls: dict[str, Any], experiment: Experiment, reason: str, runs_dir: Path, data_dir: Path
):
    run = trained(experiment, data_dir, runs_dir, **controls)
    with pytest.raises(NnlabError, match=reason):
        replayable(run, history(run))


def test_a_branch_is_refused(runs_dir: Path, data_dir: Path):
    parent = trained(SHORT, data_dir, runs_dir)
    child = branch(Store(runs_dir), parent, 20, {}, name="b", data_dir=data_dir)
    with pytest.raises(NnlabError, match="branched from another run"):
        replayable(child, history(child))


def test_a_replay_is_judged_by_step_and_the_last_digit(runs_dir: Path, data_dir: Path):
    run = trained(SHORT, data_dir, runs_dir)
    _, expected = replayable(run, history(run))
    again = trained(SHORT, data_dir, runs_dir)
    verdict = judge(expected, history(again))
    assert verdict is not None
    assert verdict.reproduced
    assert verdict.reasons == ()
    other = judge(Expectation(60, expected.train_loss + 1e-12, expected.made), history(again))
    assert other is not None
    assert not other.reproduced
    assert other.train_loss == expected.train_loss
    shorter = judge(Expectation(50, expected.train_loss, None), history(again))
    assert shorter is not None
    assert not shorter.reproduced
    assert shorter.reasons == (
        "this run ended at step 60, not 50",
        "the link does not say by what it was made",
    )
