"""The same numbers to the last bit: whoever watches, and from the middle of an epoch."""

import io

import pytest
import torch

from nnlab.config import Activation, BatchNorm, Dropout, Layer, Linear
from nnlab.training.events import FitEnded
from nnlab.training.fit import fit
from nnlab.training.learner import ModuleLearner
from nnlab.training.state import State
from tests.training.bench import (
    FastClock,
    Script,
    StandingClock,
    epochs,
    experiment,
    progress,
    run,
    same,
    splits,
    trained,
)

NOISY: tuple[Layer, ...] = (
    Linear(out_features=6),
    BatchNorm(),
    Activation(kind="relu"),
    Dropout(p=0.4),
    Linear(out_features=3),
)
ADAM = {"kind": "adam", "lr": 0.05}
MOMENTUM = {"kind": "sgd", "lr": 0.05, "momentum": 0.9}
KINDS: dict[str, dict] = {
    "adam and one cycle": {"optimizer": ADAM, "schedule": {"kind": "one_cycle"}},
    "cycled momentum": {
        "optimizer": MOMENTUM,
        "schedule": {"kind": "one_cycle", "cycle_momentum": True},
    },
    "cosine": {"optimizer": {"kind": "adamw"}, "schedule": {"kind": "cosine", "eta_min": 0.001}},
    "step": {"optimizer": MOMENTUM, "schedule": {"kind": "step", "step_size": 1, "gamma": 0.7}},
    "exponential": {"optimizer": {"kind": "rmsprop"}, "schedule": {"kind": "exponential"}},
    "gradients kept": {"optimizer": {"kind": "sgd", "lr": 0.01}, "zero_grad": False},
    "replacement": {"optimizer": ADAM, "sampling": "replacement"},
    "early stopping": {
        "optimizer": {"kind": "sgd", "lr": 0.001},
        "early_stopping": {"patience": 2, "min_delta": 0.1},
        "epochs": 9,
    },
    "whole batch": {"optimizer": ADAM, "batch_size": "all", "epochs": 9},
    "l1 and clipping": {"optimizer": MOMENTUM, "l1": 0.01, "clip_norm": 0.5},
    "sparse evaluation": {"optimizer": ADAM, "evaluate_every": 2, "epochs": 4},
}


def through_a_file(state: State) -> State:
    file = io.BytesIO()
    torch.save(state, file)
    return torch.load(io.BytesIO(file.getvalue()), weights_only=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_goes_on_from_the_middle_of_an_epoch_with_the_same_numbers(kind: str):
    given = experiment(NOISY, **({"evaluate_every": 1} | KINDS[kind]))
    data = splits()
    weights, events = run(given, data)
    end = events[-1]
    assert isinstance(end, FitEnded)
    checked = 0
    for cut in (1, 5, 6):
        first = fit(given, data, clock=FastClock())
        while next(first).step < cut:
            pass
        state = through_a_file(first.snapshot())
        list(first)  # what the first goes on to do must not reach into the state
        torch.rand(3)
        resumed, later = trained(fit(given, data, state, clock=StandingClock()))
        assert later[0].step == state["step"] >= cut
        assert same(resumed, weights)
        figures = {"step", "epoch", "train_loss", "train_accuracy", "val_loss", "lr", "best"}
        expected = [e.model_dump(include=figures) for e in epochs(events) if e.step > later[0].step]
        assert [e.model_dump(include=figures) for e in epochs(later)] == expected
        assert later[-1].model_dump(exclude={"seconds"}) == end.model_dump(exclude={"seconds"})
        checked += len(expected)
    assert checked > 0


def test_a_finished_run_resumed_ends_again_with_the_same_weights():
    given = experiment(NOISY, early_stopping={"patience": 1, "min_delta": 9.0}, epochs=50)
    first = fit(given, splits(), clock=StandingClock())
    ended = list(first)[-1]
    weights, events = trained(fit(given, splits(), through_a_file(first.snapshot())))
    assert same(weights, first.weights())
    assert [type(event).__name__ for event in events] == ["FitStarted", "FitEnded"]
    assert events[-1].model_dump(exclude={"seconds"}) == ended.model_dump(exclude={"seconds"})


def test_a_snapshot_is_not_changed_by_what_comes_later():
    fitting = fit(experiment(NOISY, optimizer=ADAM), splits(), clock=FastClock())
    while fitting.step < 2:
        next(fitting)
    state = fitting.snapshot()
    before = through_a_file(state)
    list(fitting)
    for name in before["model"]:
        assert torch.equal(state["model"][name], before["model"][name])
    moments = state["optimizer"]["state"][0]["exp_avg"]
    assert torch.equal(moments, before["optimizer"]["state"][0]["exp_avg"])
    assert torch.equal(state["random"]["cpu"], before["random"]["cpu"])


def test_resuming_does_not_train_the_callers_state():
    given = experiment(optimizer=ADAM)
    fitting = fit(given, splits(), clock=FastClock())
    while fitting.step < 2:
        next(fitting)
    state = fitting.snapshot()
    once, _ = trained(fit(given, splits(), state))
    again, _ = trained(fit(given, splits(), state))
    assert same(once, again)


def test_who_watches_how_fast_and_what_else_draws_at_random_leaves_no_trace():
    given = experiment(NOISY, optimizer=ADAM, epochs=4, evaluate_every=1)
    data = splits()
    weights, events = run(given, data)
    assert not progress(events)

    watched, seen = run(given, data, clock=FastClock())
    assert len(progress(seen)) == 16

    torch.manual_seed(99)
    disturbed = fit(given, data, clock=FastClock())
    for index, _ in enumerate(disturbed):
        torch.rand(index)
        torch.manual_seed(index)
        if index % 3 == 0:
            disturbed.snapshot()

    script = Script({3: ["pause"]}, ["step", "epoch", "resume"])
    scripted, heard = run(given, data, script)
    assert script.paused_at == [3, 4, 8]

    for other, figures in ((watched, seen), (scripted, heard)):
        assert same(other, weights)
        assert [e.train_loss for e in epochs(figures)] == [e.train_loss for e in epochs(events)]
        assert [e.val_loss for e in epochs(figures)] == [e.val_loss for e in epochs(events)]
    assert same(disturbed.weights(), weights)


def test_two_runs_side_by_side_do_not_disturb_each_other_or_their_surroundings():
    one, two = experiment(NOISY, seed=1), experiment(NOISY, seed=2)
    alone = [run(given, splits())[0] for given in (one, two)]
    torch.manual_seed(5)
    torch.set_num_threads(2)
    fittings = [fit(given, splits(), clock=FastClock()) for given in (one, two)]
    for _ in zip(*fittings, strict=True):
        pass
    assert torch.get_num_threads() == 2
    drawn = torch.rand(4)
    torch.manual_seed(5)
    assert torch.equal(drawn, torch.rand(4))
    assert same(fittings[0].weights(), alone[0])
    assert same(fittings[1].weights(), alone[1])
    assert not same(*alone)


def test_the_three_seeds_are_apart():
    plain = experiment(NOISY)
    other_order = plain.with_set("training.seed", 1)
    other_weights = plain.with_set("model.seed", 1)

    def start_and_order(given, data):
        fitting = fit(given, data)
        before = fitting.weights()
        next(fitting)
        assert isinstance(fitting._learner, ModuleLearner)
        batches = fitting._learner._batches
        return before, [batches.next() for _ in range(4)]

    before, order = start_and_order(plain, splits())
    before_b, order_b = start_and_order(other_order, splits())
    before_c, order_c = start_and_order(other_weights, splits())
    before_d, order_d = start_and_order(plain, splits(seed=1))

    def equal(a, b):
        return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))

    assert same(before_b, before)
    assert not equal(order_b, order)
    assert not same(before_c, before)
    assert equal(order_c, order)
    assert same(before_d, before)
    assert equal(order_d, order)


def test_dropout_does_not_repeat_what_the_order_of_batches_drew():
    fitting = fit(experiment(seed=3), splits())
    order = torch.Generator().manual_seed(3)
    assert not torch.equal(fitting.snapshot()["random"]["cpu"], order.get_state())
