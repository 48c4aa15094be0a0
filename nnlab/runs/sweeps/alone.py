"""One network of a sweep as a run of its own: to train it on, or to take it elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nnlab.config.live_fields import BUDGET_FIELDS, apply_changes
from nnlab.config.sweep import Sweep
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.runs.record.checkpoints import (
    load_newest_readable,
    load_sweep_checkpoint,
    save_checkpoint,
    save_live,
)
from nnlab.runs.record.log import EVENTS_FILE, EventReader
from nnlab.runs.store import EXPERIMENT, META, Run, Store
from nnlab.runs.sweeps.history import METRICS, SweepHistory
from nnlab.runs.sweeps.single import must_be_of, net_of
from nnlab.texts import _
from nnlab.training.check import Plan, plan
from nnlab.training.ensemble.sweep_fit import one_net
from nnlab.training.events import (
    Diverged,
    Event,
    FitEnded,
    FitStarted,
    Progress,
    to_line,
)
from nnlab.training.figures import FIGURES
from nnlab.training.state import State, are_finite

NOTHING: Mapping[str, object] = {}


def train_alone(
    store: Store,
    run: Run,
    number: int,
    *,
    owner: str,
    name: str,
    budget: Mapping[str, object] = NOTHING,
) -> Run:
    """A run of that network, which goes on from the sweep's newest checkpoint.

    It trains once a launcher starts it, to the same weights as in the sweep. `budget` raises
    `training.epochs` or `training.steps` of a network that has spent its own.

    Raises:
        NnlabError: no such network, nothing to go on from, it has diverged, or a budget over which
            its schedule would spread anew.
        RunDamagedError: no checkpoint can be read.
    """
    sweep = run.sweep
    net = net_of(run, sweep, number)
    assert sweep is not None, "checked above"
    others = [path for path in budget if path not in BUDGET_FIELDS]
    if others or (budget and net.experiment.training.schedule is not None):
        raise NnlabError(
            _(
                "A network goes on alone with its own numbers, and with another budget where it has"
                " no schedule: leave {paths} out.",
                paths=", ".join(others or budget),
            )
        )
    state = _newest(run, sweep, number)
    if state is None:
        raise NnlabError(
            _("The sweep {run} has no checkpoint yet: let it train first.", run=run.id)
        )
    if not are_finite(state["model"]):
        raise NnlabError(
            _(
                "Network {number} has diverged, and nothing can go on from its weights: take a"
                " network beside it.",
                number=number,
            )
        )
    made = store.create(
        apply_changes(net.experiment, budget),
        name=name,
        owner=owner,
        parent=run.id,
        parent_step=state["step"],
    )
    save_checkpoint(made.path, state)
    save_live(made.path, state["model"], state["step"])
    return made


def as_run(run: Run, number: int, folder: Path) -> Run:
    """A network as a run directory in `folder`, with what the sweep's events say of it.

    It is what the network trained alone would have left, so that it can be taken elsewhere in any
    form; the curves have the sweep's moments.

    Raises:
        NnlabError: no such network, or the sweep has not trained yet.
        RunDamagedError: no checkpoint can be read.
    """
    sweep = run.sweep
    net = net_of(run, sweep, number)
    assert sweep is not None, "checked above"
    history = SweepHistory(EventReader(run.path).read_new())
    if history.started is None:
        raise NnlabError(_("The run {run} has not trained yet: let it train first.", run=run.id))
    must_be_of(run, sweep, history)
    experiment = net.experiment
    train_size, val_size, *_test = sizes(experiment.data)
    planned = plan(experiment, describe(experiment.data), train_size)
    made = Run(folder / f"{run.id}-net-{number}")
    made.path.mkdir()
    meta = run.meta.model_copy(update={"name": _name(run, sweep, number), "parent": None})
    (made.path / EXPERIMENT).write_text(experiment.to_json(indent=1), encoding="utf-8")
    (made.path / META).write_text(meta.model_dump_json(), encoding="utf-8")
    begun = _started(history, planned, train_size, val_size)
    events = [begun, *_way(history, number, planned), *_end(history, number)]
    lines = "".join(f"{to_line(event)}\n" for event in events)
    (made.path / EVENTS_FILE).write_text(lines, encoding="utf-8")
    state = _newest(run, sweep, number)
    if state is not None and are_finite(state["model"]):
        save_checkpoint(made.path, state)
        save_live(made.path, state["model"], state["step"])
    return made


def _newest(run: Run, sweep: Sweep, number: int) -> State | None:
    state, _unreadable = load_newest_readable(run.path, load_sweep_checkpoint)
    return None if state is None else one_net(state, sweep, number)


def _name(run: Run, sweep: Sweep, number: int) -> str:
    values = zip(sweep.axes, sweep.nets[number].values, strict=True)
    said = ", ".join(f"{axis.path}={value}" for axis, value in values)
    return f"{run.meta.name} · {number} · {said}"


def _started(history: SweepHistory, planned: Plan, train_size: int, val_size: int) -> FitStarted:
    assert history.started is not None, "asked for above"
    changed = {
        "step": 0,
        "epoch": 0,
        "seconds": 0.0,
        "nets": None,
        "note": None,
        "parameters": planned.parameters,
        "train_size": train_size,
        "val_size": val_size,
        "steps_per_epoch": planned.steps_per_epoch,
        "total_steps": planned.total_steps,
    }
    return history.started.model_copy(update=changed)


def _way(history: SweepHistory, number: int, planned: Plan) -> list[Event]:
    """Return the events between the first and the last one."""
    told = {name: history.told(name)[:, number] for name in FIGURES}
    last = int(history.steps[number])
    found: list[Event] = []
    for row, moment in enumerate(history.moments):
        figures: dict[str, Any] = {name: _figure(column[row]) for name, column in told.items()}
        if moment.step > last or all(figure is None for figure in figures.values()):
            continue
        found.append(
            Progress(
                step=moment.step,
                epoch=-(-moment.step // planned.steps_per_epoch),
                seconds=moment.seconds,
                lr=float("nan"),  # the sweep does not tell the rate of each
                paused=moment.paused,
                **figures,
            )
        )
    return found


def _end(history: SweepHistory, number: int) -> list[Event]:
    reason: Any = history.reasons[number] or (history.ended.reason if history.ended else "")
    if not reason:
        return []
    where: dict[str, Any] = {
        "step": int(history.steps[number]),
        "epoch": history.epochs[number] or 0,
        "seconds": history.seconds,
    }
    names = (*METRICS, "best_val_loss", "best_val_accuracy", "best_epoch")
    figures: dict[str, Any] = {
        name: _figure(history.final(name)[number]) for name in names if reason != "diverged"
    }
    value = history.diverged_at(number)
    diverged = [Diverged(**where, quantity="train_loss", value=value)] if value is not None else []
    return [*diverged, FitEnded(**where, reason=reason, **figures)]


def _figure(value: float) -> float | None:
    return float(value) if value == value else None
