"""The experiment that a sweep begins with: in words, and with a budget for many networks."""

from nnlab.config import Activation, Experiment, Images, Linear, Sweep
from nnlab.texts import _, number
from nnlab.ui.run_names import title
from nnlab.ui.session.sweep_state import SweepState, sweep_over
from nnlab.ui.sweep.asked.changes import take_instead
from nnlab.ui.sweep.estimate import estimated_seconds

OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop"}
MOST_SECONDS = 60.0
"""Limit for the duration of a sweep that the page proposes over an experiment."""


def base_text(experiment: Experiment) -> str:
    """`spiral · 2 hidden layers of 8, tanh, Adam, rate 0.01`; of other networks their title."""
    layers = experiment.model.layers
    if not all(isinstance(layer, Linear | Activation) for layer in layers):
        return title(experiment)
    widths = [layer.out_features for layer in layers[:-1] if isinstance(layer, Linear)]
    kinds = [layer.kind for layer in layers if isinstance(layer, Activation)]
    optimizer = experiment.training.optimizer
    parts = [
        _hidden(widths),
        *kinds[:1],
        OPTIMIZERS.get(optimizer.kind, optimizer.kind),
        _("rate {rate}", rate=number(optimizer.lr, 6)),
    ]
    return f"{experiment.data.kind} · {', '.join(parts)}"


def _hidden(widths: list[int]) -> str:
    if not widths:
        return _("no hidden layer")
    if len(set(widths)) == 1:
        return _(
            "{n} hidden layer of {width}",
            "{n} hidden layers of {width}",
            n=len(widths),
            width=widths[0],
        )
    return _("hidden layers of {widths}", widths=", ".join(map(str, widths)))


def take_over(state: SweepState, experiment: Experiment) -> None:
    """Show a first sweep over an experiment, with a budget that its networks can have at once."""
    take_instead(state, sweep_over(experiment))
    shorten(state)


def shorten(state: SweepState) -> None:
    """Propose a budget of about a minute where that of the experiment takes longer."""
    sweep = state.chosen
    training = sweep.experiment.training
    unit = "epochs" if training.epochs is not None else "steps"
    had = getattr(training, unit)
    seconds = None if isinstance(sweep.experiment.data, Images) else estimated_seconds(sweep)
    if seconds is None or had is None or seconds <= MOST_SECONDS:
        return
    fits = max(1, int(float(f"{had * MOST_SECONDS / seconds:.0e}")))
    shorter = sweep.experiment.with_set(f"training.{unit}", min(had, fits))
    begun_with, left = state.begun_with, state.left
    # Made anew: a copy would keep the networks that the sweep has made already.
    state.take(Sweep(experiment=shorter, axes=sweep.axes))
    state.begun_with, state.left, state.had = begun_with, left, had
