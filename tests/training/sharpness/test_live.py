"""Sharpness while a network trains: only when asked, bounded in time, and without any trace."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from nnlab.config import BatchNorm, Dropout, Experiment, Layer, Linear, Sweep
from nnlab.data.splits import Part
from nnlab.training.controls import Control, Set
from nnlab.training.ensemble.sweep_fit import fit_sweep
from nnlab.training.events import ControlApplied, Event, Sharpness
from nnlab.training.fit import Fit, fit
from nnlab.training.metrics import LOSSES
from nnlab.training.sharpness.hessian import LossHessian
from nnlab.training.sharpness.watch import SharpnessWatch
from tests.training.bench import FastClock, StandingClock, epochs, experiment, same, splits

ADAM = {"kind": "adam", "lr": 0.01}
LAYERS = (Linear(out_features=6), BatchNorm(), Dropout(p=0.3), Linear(out_features=3))


class Asking:
    """Asks for the sharpness before the first step, and for what else at other steps.

    While the run waits it sets one thing each time, stands still once after it, and then stops.
    """

    def __init__(self, seconds: float = 600, edits: Sequence[Set] = (), **at: str) -> None:
        self._asked = [Control(id="watch", at=0, sharpness=seconds)]
        self._paused: list[Control | None] = []
        for number, edit in enumerate(edits):
            self._paused += [None, Control(id=f"edit {number}", at=0, set=edit), None]
        self._at = {int(step[1:]): do for step, do in at.items()}

    def poll(self, step: int, *, paused: bool) -> list[Control]:
        asked, self._asked = self._asked, []
        if (do := self._at.pop(step, None)) is not None:
            asked.append(Control.model_validate({"id": do, "at": 0, "do": do}))
        elif paused:
            control = self._paused.pop(0) if self._paused else Control(id="stop", at=0, do="stop")
            asked += [control] if control is not None else []
        return asked


def sharp(events: list[Event]) -> list[Sharpness]:
    return [event for event in events if isinstance(event, Sharpness)]


@pytest.mark.parametrize("engine", ["module", "stack"])
@pytest.mark.parametrize(
    ("layers", "training"),
    [
        (None, {"optimizer": ADAM}),
        (LAYERS, {"optimizer": ADAM}),
        (LAYERS, {"batch_size": "all", "epochs": 12}),
        (None, {"loss": "mse", "zero_grad": False, "optimizer": {"kind": "rmsprop"}}),
    ],
)
def test_it_changes_no_number_of_the_training(
    engine: str, layers: Sequence[Layer] | None, training: dict[str, Any]
) -> None:
    if engine == "stack" and "zero_grad" in training:
        training = {**training, "zero_grad": True}
    given = experiment(layers, **training).with_set("engine", engine)
    data = splits(classes=None if training.get("loss") == "mse" else 3)
    alone, watched = (
        fit(given, data, controls=controls, clock=FastClock()) for controls in (None, Asking())
    )
    before, after = list(alone), list(watched)
    assert len(sharp(after)) > 2
    assert same(alone.weights(), watched.weights())
    assert same(alone.snapshot()["random"], watched.snapshot()["random"])
    for one, other in zip(epochs(before), epochs(after), strict=True):
        assert one.model_dump(exclude={"seconds"}) == other.model_dump(exclude={"seconds"})


def test_nothing_is_measured_unless_somebody_asks_and_no_longer_than_asked() -> None:
    assert not sharp(list(fit(experiment(), splits(), clock=FastClock())))
    some = sharp(list(fit(experiment(epochs=30), splits(), controls=Asking(60), clock=FastClock())))
    assert some
    assert max(event.step for event in some) < 60


def test_a_run_that_stands_still_is_measured_once() -> None:
    events = list(fit(experiment(), splits(), controls=Asking(s3="pause"), clock=FastClock()))
    steps = [event.step for event in sharp(events)]
    assert len(steps) == len(set(steps))


def test_a_weight_set_while_the_run_waits_is_measured_anew() -> None:
    edit = Set(path="weights.0.weight.0.0", value=30)
    asking = Asking(s3="pause", edits=[edit])
    events = list(fit(experiment(), splits(), controls=asking, clock=FastClock()))
    before, after = sharp(events)[-2:]
    assert before.step == after.step == 3
    assert before.sharpness != after.sharpness


def test_measuring_takes_at_most_a_fifth_of_the_time() -> None:
    clock = StandingClock()
    watch, spent, total = SharpnessWatch(clock), 0.0, 0.0
    watch.ask(600)
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(2, 1))
    part = Part(torch.ones(3, 2), torch.ones(3, 1))
    cost = iter([0.5, 0.01, 3.0, 0.0, 0.3] * 1000)

    def slow() -> LossHessian:
        clock.now += next(cost)
        return LossHessian(network, part, LOSSES["mse"])

    for step in range(20_000):
        clock.now += 0.01
        if watch.is_due(step):
            _found, took = watch.measure(slow, step)
            spent += took
    total = clock.now
    assert spent > 10
    assert spent <= 0.2 * total + 3.0


def precondition(training: Fit) -> Tensor:
    """P of Adam's state, by its own formula."""
    state = [training.optimizer.state[p] for p in training.model.parameters()]
    steps = float(state[0]["step"])
    pieces = []
    for one in state:
        corrected = one["exp_avg_sq"].double() / (1 - 0.999**steps)
        pieces.append(((1 - 0.9**steps) * (corrected.sqrt() + 1e-8)).flatten())
    return torch.cat(pieces)


def test_of_adam_it_is_that_of_the_preconditioned_hessian_with_its_limit() -> None:
    data = splits()
    training = fit(
        experiment(batch_size="all", epochs=9, optimizer=ADAM),
        data,
        controls=Asking(),
        clock=FastClock(),
    )
    found = []
    for event in training:
        if isinstance(event, Sharpness):
            found.append(event)
            assert (event.preconditioned, event.limit) == (True, pytest.approx(38 / 0.01))
            part = Part(data.train.x.double(), data.train.y)
            twin = nn.Sequential(*training.model).double()
            hessian = LossHessian(twin, part, LOSSES["cross_entropy"])
            columns = [hessian(axis) for axis in torch.eye(hessian.size, dtype=torch.float64)]
            training.model.float()
            root = precondition(training).rsqrt()
            matrix = root[:, None] * torch.stack(columns) * root
            largest = float(np.linalg.eigvalsh(((matrix + matrix.T) / 2).numpy())[-1])
            assert event.sharpness == pytest.approx(largest, rel=0.01)
            break
    assert [event.step for event in found] == [1]  # none before the first step


def test_full_batch_descent_is_told_its_limit_by_the_rate_and_batches_why_there_is_none() -> None:
    def first(**training: Any) -> Sharpness:
        given = experiment(**training)
        return sharp(list(fit(given, splits(), controls=Asking(), clock=FastClock())))[0]

    whole = first(batch_size="all", optimizer={"kind": "sgd", "lr": 0.5})
    assert (whole.limit, whole.no_limit, whole.preconditioned) == (4, None, False)
    assert (first().limit, first().no_limit) == (None, "batches")


def answer(events: list[Event]) -> str | None:
    return next(event.error for event in events if isinstance(event, ControlApplied))


def test_a_network_too_large_is_refused_in_words_and_trains_on() -> None:
    layers = Linear(out_features=700), Linear(out_features=700), Linear(out_features=3)
    given = experiment(layers, epochs=1)
    events = list(fit(given, splits(), controls=Asking(), clock=FastClock()))
    assert "smaller network" in (answer(events) or "")
    assert not sharp(events)
    assert events[-1].type == "fit_ended"


def test_a_sweep_says_that_one_network_alone_is_measured() -> None:
    base: Experiment = experiment()
    many = Sweep.model_validate(
        {"experiment": base, "axes": [{"path": "model.seed", "values": [0, 1]}]}
    )
    events = list(fit_sweep(many, lambda _data: splits(), controls=Asking()))
    assert "one network" in (answer(events) or "")
