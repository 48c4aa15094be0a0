"""`stop_at_loss`: a run stops at the loss asked for, reports it, and can be resumed from there."""

from pathlib import Path
from typing import Any

import pytest

from nnlab.config import Experiment, Model, PlaneClasses, Training, mlp
from nnlab.data.registry import load
from nnlab.runs.rewind.replay import state_at
from nnlab.runs.store import Store
from nnlab.runs.workers.worker import train
from nnlab.training.events import Event, FitEnded
from nnlab.training.fit import fit
from tests.training.bench import Script, StandingClock, epochs, experiment, run, same, splits

LONG: dict[str, Any] = {
    "epochs": 12,
    "evaluate_every": 1,
    "optimizer": {"kind": "adam", "lr": 0.02},
}


def losses(field: str, val: int) -> list[float]:
    """Return the losses of a run that nothing stops, one for each epoch."""
    _, events = run(experiment(**LONG), splits(val=val))
    return [getattr(event, field) for event in epochs(events)]


def ended(events: list[Event]) -> FitEnded:
    assert isinstance(events[-1], FitEnded)
    return events[-1]


@pytest.mark.parametrize(("val", "field"), [(13, "val_loss"), (0, "train_loss")])
def test_a_run_stops_at_the_first_evaluation_at_or_below_the_loss_asked_for(
    val: int, field: str
) -> None:
    seen = losses(field, val)
    limit = seen[5]
    first = next(index for index, loss in enumerate(seen) if loss <= limit)
    _, events = run(experiment(**LONG, stop_at_loss=limit), splits(val=val))
    assert (ended(events).reason, ended(events).reached) == ("stopped", seen[first])
    assert ended(events).epoch == first + 1


def test_a_run_that_never_comes_so_low_ends_with_its_budget() -> None:
    _, events = run(experiment(**LONG, stop_at_loss=1e-9), splits())
    assert (ended(events).reason, ended(events).reached) == ("completed", None)


def test_resumed_it_goes_on_to_its_end_with_the_numbers_of_a_run_that_never_stopped() -> None:
    given = experiment(**LONG, stop_at_loss=losses("val_loss", 13)[4])
    first = fit(given, splits(), clock=StandingClock())
    stopped = ended(list(first))
    assert stopped.reason == "stopped"
    second = fit(given, splits(), first.snapshot(), clock=StandingClock())
    assert ended(list(second)).reason == "completed"
    whole, _ = run(experiment(**LONG), splits())
    assert same(second.weights(), whole)


def test_another_loss_to_stop_at_may_be_set_while_it_trains() -> None:
    seen = losses("val_loss", 13)
    controls = Script(at={2: [("training.stop_at_loss", seen[7])]})
    _, events = run(experiment(**LONG), splits(), controls)
    assert (ended(events).reason, ended(events).reached) == ("stopped", seen[7])


def test_a_step_beyond_the_stop_of_a_resumed_run_can_still_be_replayed(
    tmp_path: Path, data_dir: Path
) -> None:
    given = Experiment(
        data=PlaneClasses(kind="gauss", points=40),
        model=Model(layers=mlp(3, outputs=2)),
        training=Training(epochs=40, stop_at_loss=0.5, batch_size=10, evaluate_every=1),
    )
    made = Store(tmp_path).create(given, name="stops")
    for _ in range(2):
        events = list(train(made, data_dir=data_dir, device="cpu"))
    stop = next(e for e in events if e.type == "fit_started").step
    assert 0 < stop < ended(events).step == 80
    for file in (made.path / "checkpoints").glob("[0-9]*.pt"):
        file.unlink()  # so that all has to be replayed from the seeds
    found = state_at(made, stop + 5, data_dir)
    plain = given.with_set("training.stop_at_loss", None).with_set("training.steps", stop + 5)
    weights, _ = run(plain, load(plain.data, data_dir))
    assert found["step"] == stop + 5
    assert same(found["model"], weights)
