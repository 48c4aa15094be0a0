"""How long a run goes, when it gives up, and what is refused before it starts."""

import math
import os
from typing import Any

import pytest
import torch

from nnlab.config import BatchNorm, Conv2d, Flatten, Linear, mlp
from nnlab.data.description import Info
from nnlab.data.splits import Part, Splits
from nnlab.errors import InvalidExperimentError, NnlabError
from nnlab.training.best import BestSoFar
from nnlab.training.check import plan
from nnlab.training.events import ControlApplied, Diverged, FitEnded, FitStarted
from nnlab.training.fit import fit
from nnlab.training.meter import Meter, NotFiniteError
from nnlab.training.metrics import Totals
from tests.training.bench import (
    LINEAR,
    FastClock,
    Script,
    StandingClock,
    epochs,
    experiment,
    progress,
    run,
    same,
    splits,
)


@pytest.mark.parametrize(
    ("budget", "steps"),
    [
        ({"epochs": 2}, 8),
        ({"steps": 6, "epochs": None}, 6),
        ({"steps": 6, "epochs": 3}, 6),
        ({"steps": 99, "epochs": 3}, 12),
    ],
)
def test_the_budget_that_is_spent_first_ends_the_run(budget: dict, steps: int):
    _, events = run(experiment(**budget, evaluate_every=1), splits())
    started, ended = events[0], events[-1]
    assert isinstance(started, FitStarted)
    assert isinstance(ended, FitEnded)
    assert (started.total_steps, started.steps_per_epoch) == (steps, 4)
    assert (ended.step, ended.epoch, ended.reason) == (steps, math.ceil(steps / 4), "completed")
    assert [event.step for event in epochs(events)] == list(range(4, steps + 1, 4))


@pytest.mark.parametrize(
    ("every", "evaluated"), [(1, [1, 2, 3, 4, 5]), (2, [2, 4, 5]), (5, [5]), (None, [5])]
)
def test_evaluation_comes_every_so_many_epochs_and_at_the_end(every, evaluated):
    _, events = run(experiment(epochs=5, evaluate_every=every), splits())
    assert [event.epoch for event in epochs(events)] == evaluated


def test_short_epochs_are_evaluated_every_hundred_steps():
    def every(batch_size: int) -> int:
        return plan(experiment(batch_size=batch_size), splits().info, 120).evaluate_every

    assert [every(1), every(2), every(120), every(7)] == [1, 2, 100, math.ceil(100 / 18)]


def test_the_first_event_records_what_the_numbers_depend_on():
    _, (started, *_) = run(experiment(), splits())
    assert isinstance(started, FitStarted)
    assert started.torch == torch.__version__
    assert (started.device, started.threads, started.fused) == ("cpu", 1, True)
    assert (started.train_size, started.val_size, started.parameters) == (26, 13, 33)
    assert started.processor


def test_threads_are_taken_as_told_and_put_back():
    fitting = fit(experiment(threads=2, steps=1), splits())
    assert next(fitting).model_dump()["threads"] == 2
    assert torch.get_num_threads() == 1


def test_without_validation_data_the_training_loss_says_what_is_best():
    _, events = run(experiment(epochs=2, evaluate_every=1), splits(val=0))
    assert all(event.val_loss is None for event in epochs(events))
    assert epochs(events)[0].best
    assert events[-1].model_dump(include={"val_loss", "best_epoch"}) == {
        "val_loss": None,
        "best_epoch": 2,
    }


# early stopping ------------------------------------------------------------------------------


def seen(losses: list[float], *, patience: int, min_delta: float) -> int:
    """How many evaluations early stopping lets go by."""
    given = experiment(early_stopping={"patience": patience, "min_delta": min_delta})
    best = BestSoFar(given.training.early_stopping)
    for count, loss in enumerate(losses, start=1):
        best.see(9.0, Totals(1, loss), epoch=count, step=count)
        if best.out_of_patience:
            return count
    return len(losses) + 1


@pytest.mark.parametrize(
    ("losses", "patience", "min_delta", "count"),
    [
        ([5, 4, 4, 4, 3, 3, 3, 3], 3, 0.0, 8),
        ([5, 6, 7, 1], 2, 0.0, 3),
        ([5, 4.5, 4, 3.5, 3, 2.5], 2, 0.9, 7),  # each pair of gains adds up to one
        ([5, 4.9, 4.8, 4.7], 2, 0.5, 3),
        ([5, math.nan, math.nan], 2, 0.0, 3),
    ],
)
def test_early_stopping_counts_evaluations_without_a_gain(losses, patience, min_delta, count):
    assert seen(losses, patience=patience, min_delta=min_delta) == count


def test_a_run_that_learns_nothing_more_is_stopped_early():
    given = experiment(
        epochs=50,
        evaluate_every=1,
        optimizer={"kind": "sgd", "lr": 1e-9},
        early_stopping={"patience": 3, "min_delta": 0.01},
    )
    _, events = run(given, splits())
    assert isinstance(events[-1], FitEnded)
    assert (events[-1].reason, events[-1].epoch, len(epochs(events))) == ("early_stopped", 4, 4)


# divergence ----------------------------------------------------------------------------------

EXPLODING: dict[str, Any] = {"loss": "mse", "epochs": 40, "optimizer": {"kind": "sgd", "lr": 30.0}}


def losses_by_hand() -> list[float]:
    """Of every step, up to the first that is not finite."""
    data = splits(classes=None)
    torch.manual_seed(0)
    net = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=30.0, fused=True)
    order = torch.Generator().manual_seed(0)
    losses: list[float] = []
    while True:
        for indices in torch.randperm(26, generator=order).split(7):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(net(data.train.x[indices]), data.train.y[indices])
            losses.append(loss.item())
            if not math.isfinite(losses[-1]):
                return losses
            loss.backward()
            optimizer.step()


def first_bad_step() -> int:
    return len(losses_by_hand())


@pytest.mark.parametrize("evaluate_every", [1, 7, 40])
@pytest.mark.parametrize("watched", [True, False])
def test_divergence_names_the_first_bad_step(evaluate_every: int, watched: bool):
    given = experiment(mlp(outputs=1), **EXPLODING, evaluate_every=evaluate_every)
    _, events = run(given, splits(classes=None), clock=FastClock() if watched else StandingClock())
    diverged, ended = events[-2:]
    assert isinstance(diverged, Diverged)
    assert isinstance(ended, FitEnded)
    step = first_bad_step()
    assert 4 < step < 160
    assert (diverged.step, diverged.epoch) == (step, math.ceil(step / 4))
    assert (ended.reason, ended.train_loss, diverged.quantity) == ("diverged", None, "train_loss")
    assert not math.isfinite(diverged.value)
    assert diverged.first_loss == pytest.approx(losses_by_hand()[0], rel=1e-6)


def test_a_session_that_took_another_first_step_does_not_tell_the_loss_of_the_first():
    given = experiment(mlp(outputs=1), **EXPLODING, evaluate_every=40)
    begun = fit(given, splits(classes=None), clock=FastClock())
    while begun.step < 2:
        next(begun)
    _, events = run(given, splits(classes=None), state=begun.snapshot())
    diverged = events[-2]
    assert isinstance(diverged, Diverged)
    assert (diverged.step, diverged.first_loss) == (first_bad_step(), None)


@pytest.mark.parametrize("asked", ["stop", "checkpoint"])
def test_a_control_that_meets_a_diverged_run_finds_it_diverged(asked: str):
    """Who listens may take a snapshot at every event but the last two."""
    given = experiment(mlp(outputs=1), **EXPLODING, evaluate_every=40)
    script = Script({first_bad_step() + 3: [asked]})
    fitting = fit(given, splits(classes=None), controls=script, clock=StandingClock())
    events = []
    for event in fitting:
        events.append(event)
        if isinstance(event, ControlApplied) and event.do == "checkpoint":
            fitting.snapshot()
    diverged, ended = events[-2:]
    assert isinstance(diverged, Diverged)
    assert isinstance(ended, FitEnded)
    assert (diverged.step, ended.reason) == (first_bad_step(), "diverged")


def test_the_first_bad_step_is_found_again_by_a_second_look():
    meter = Meter(classes=True)
    for loss in (0.5, math.nan, math.inf, 0.5):
        meter.add(torch.tensor(loss), torch.zeros(1, 2), torch.zeros(1, dtype=torch.int64))
    for _ in range(2):
        with pytest.raises(NotFiniteError) as caught:
            meter.read()
        assert caught.value.steps_ago == 2
    assert meter.recent.count == 0


def test_a_last_step_that_ruins_the_weights_is_divergence_too():
    given = experiment(
        mlp(outputs=1), loss="mse", steps=1, epochs=None, optimizer={"kind": "sgd", "lr": 1000.0}
    )
    data = splits(classes=None)
    huge = Part(data.train.x * 1e18, data.train.y)
    _, events = run(given, Splits(huge, data.val, None, data.info))
    diverged, ended = events[-2:]
    assert isinstance(diverged, Diverged)
    assert isinstance(ended, FitEnded)
    assert (ended.reason, ended.train_loss, diverged.step) == ("diverged", None, 1)


def test_losses_before_the_divergence_are_kept():
    given = experiment(mlp(outputs=1), **EXPLODING)
    _, events = run(given, splits(classes=None), clock=FastClock())
    assert [event.step for event in progress(events)] == list(range(1, first_bad_step()))
    assert all(math.isfinite(event.train_loss or 0) for event in progress(events))


# more than there are -------------------------------------------------------------------------


@pytest.mark.parametrize("sampling", ["permutation", "replacement"])
def test_a_batch_larger_than_the_data_takes_all_of_them(sampling: str):
    weights, events = run(experiment(batch_size=27, sampling=sampling), splits())
    expected, _ = run(experiment(batch_size=26, sampling=sampling), splits())
    assert same(weights, expected)
    started, ended = events[0], events[-1]
    assert isinstance(started, FitStarted)
    assert isinstance(ended, FitEnded)
    assert (started.steps_per_epoch, ended.step, ended.reason) == (1, 3, "completed")


# refusals ------------------------------------------------------------------------------------

PICTURES = Info((1, 1, 1), ("a", "b", "c"))


@pytest.mark.parametrize(
    ("given", "info", "size", "said"),
    [
        (experiment(), None, 0, "no example to train on"),
        (experiment(mlp(outputs=2)), None, 26, "ends in the shape 2, the data need 3 values"),
        (experiment((Flatten(),)), Info((3,), ("a", "b", "c")), 26, "no weights to learn"),
        (experiment((BatchNorm(), *LINEAR), batch_size=5), None, 26, "of one example .*batch_norm"),
        (
            experiment((Conv2d(out_channels=2, kernel_size=1), BatchNorm(), Flatten(), *LINEAR),
                       batch_size=1),
            PICTURES,
            26,
            "A batch of one example cannot be normalised",
        ),
        (
            experiment(schedule={"kind": "one_cycle", "pct_start": 0.25}, steps=4, epochs=None),
            None,
            26,
            "pct_start is 0.25: of 4 steps",
        ),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_before_it_starts(given, info, size, said):
    with pytest.raises(InvalidExperimentError, match=said):
        plan(given, info or splits().info, size)


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
@pytest.mark.parametrize("kind", ["one_cycle", "cosine", "step", "exponential"])
def test_the_shortest_budgets_work_with_every_schedule(kind: str, steps: int):
    _, events = run(experiment(schedule={"kind": kind}, steps=steps), splits())
    assert isinstance(events[-1], FitEnded)
    assert (events[-1].step, events[-1].reason) == (steps, "completed")


def test_l1_of_a_network_without_weight_matrices_is_zero():
    data = splits()
    three = Part(torch.randn(26, 3), data.train.y)
    given = experiment((BatchNorm(),), l1=0.1, steps=2)
    _, events = run(given, Splits(three, three, None, Info((3,), ("a", "b", "c"))))
    assert isinstance(events[-1], FitEnded)
    assert events[-1].reason == "completed"


@pytest.mark.skipif(torch.cuda.is_available(), reason="here the device is there")
def test_a_device_that_is_not_here_is_named():
    with pytest.raises(NnlabError, match="NNLAB_DEVICE=cuda, but PyTorch finds no cuda"):
        fit(experiment(), splits(), device="cuda")


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system has no affinity")
def test_more_operations_than_a_small_net_has_take_all_cores():
    wide = experiment((Linear(out_features=4096), Linear(out_features=3)), batch_size=26)
    fitting = fit(wide, splits())
    assert fitting.plan.step_flops == 3 * 26 * 2 * (2 * 4096 + 4096 * 3)
    assert fitting.threads == 1
    wider = fit(wide.with_set("training.batch_size", "all"), splits(train=400))
    assert wider.threads == len(os.sched_getaffinity(0))
