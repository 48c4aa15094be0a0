"""A class with a challenge, and runs whose weights the test knows."""

import itertools
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from nnlab.classroom.challenge.challenge import Challenge, make_challenge
from nnlab.classroom.challenge.challenges import Challenges, Look, Measured, challenges_of
from nnlab.classroom.classroom import Classroom
from nnlab.config import Experiment, Layer, Model, Training, mlp
from nnlab.data.description import describe
from nnlab.models import build
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Run, Store
from nnlab.training.events import Event, Progress, to_line
from nnlab.visitor import Visitor
from tests.runs.bench import started

LECTURER = Visitor("teacher", "", "lecturer")
ADA, BOB = Visitor("ada", "", "student"), Visitor("bob", "", "student")
LINEAR = mlp(outputs=2)
SPIRAL = {"kind": "spiral"}


def a_class(runs_dir: Path) -> Classroom:
    """Ada and Bob, and a lecturer."""
    room = Classroom(runs_dir)
    room.enter(LECTURER.person, room.key)
    for who in (ADA, BOB):
        room.join(who.person, who.person.title(), room.code)
    return room


def a_challenge(**fields: Any) -> Challenge:
    """The spiral with at most 200 parameters, opened a minute ago."""
    usual = {"title": "Spiral", "data": SPIRAL, "limits": {"parameters": 200}, "goal": 0.95}
    return make_challenge(**{**usual, "opened": time.time() - 60, **fields})


def open_one(room: Classroom, **fields: Any) -> Challenges:
    kept = challenges_of(room)
    kept.begin(a_challenge(**fields), LECTURER)
    return kept


def a_run(
    store: Store,
    who: Visitor = ADA,
    *,
    layers: tuple[Layer, ...] = LINEAR,
    data: Mapping[str, object] = SPIRAL,
    weights: dict[str, torch.Tensor] | None = None,
    step: int = 250,
    seconds: float = 2.0,
    loss: str = "cross_entropy",
    **meta: Any,
) -> Run:
    """25 steps are an epoch. Without `weights` all are 0."""
    experiment = Experiment.model_validate(
        {
            "data": data,
            "model": Model(layers=layers),
            "training": Training.model_validate({"epochs": 10, "loss": loss}),
        }
    )
    run = store.create(experiment, name="a run", owner=who.owner)
    if meta:
        run.change_meta(**meta)
    if weights is None:
        network = build(Model(layers=layers), describe(experiment.data).input_shape)
        weights = {name: torch.zeros_like(one) for name, one in network.state_dict().items()}
    save_live(run.path, weights, step)
    write_events(run, step, seconds)
    return run


def write_events(run: Run, step: int, seconds: float) -> None:
    happened: list[Event] = [
        started(parameters=6, total_steps=250),
        Progress(step=step, epoch=-(-step // 25), seconds=seconds, lr=0.1, val_accuracy=0.4242),
    ]
    (run.path / EVENTS_FILE).write_text("".join(f"{to_line(event)}\n" for event in happened))


_steps = itertools.count(1)


def take(
    kept: Challenges,
    who: Visitor,
    accuracy: float,
    *,
    parameters: int = 6,
    loss: float = 0.5,
) -> Look:
    """A look with a figure that the test says."""
    found = Measured("a-run", next(_steps), parameters, loss, accuracy)
    return kept.take(who, len(kept.looks_of(who.person)) + 1, lambda: found)
