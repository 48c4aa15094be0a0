"""What the optimizers run on: a function of the list, the person's formula, or a network's loss."""

from dataclasses import dataclass

import streamlit as st
from torch import nn

from nnlab.config import Csv, Curve, Experiment, PlaneClasses, PlaneValues, Points
from nnlab.learn.formula import Formula
from nnlab.learn.optimizers.functions import FUNCTIONS
from nnlab.learn.optimizers.objective import Objective
from nnlab.learn.optimizers.own_formula import must_start, of_formula
from nnlab.learn.optimizers.run_objective import of_run
from nnlab.learn.optimizers.run_path import path_of_fit, path_of_run
from nnlab.texts import N_, _
from nnlab.training.metrics import LOSSES
from nnlab.ui.learn.own_network import OwnNetwork, choose_network
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.session.widgets import learn as widgets
from nnlab.ui.words import plain

NAMED = {function.id: function for function in FUNCTIONS}
OWN, NETWORK = "own", "network"
CHOICES = {
    **{function.id: function.name for function in FUNCTIONS},
    OWN: N_("Your own formula"),
    NETWORK: N_("Your network's loss, in the plane of its run"),
}
FIRST_FORMULA = "x**2 + y**2 + 2*sin(3*x)*sin(3*y)"
NETWORK_RATES = {
    "sgd": 0.5,
    **dict.fromkeys(("momentum", "nesterov"), 0.1),
    **dict.fromkeys(("rmsprop", "adam", "adamw"), 0.05),
}
OWN_RATES = NAMED["bowl"].rates
MOST_CHARACTERS = 200


@dataclass(frozen=True)
class Subject:
    """What is minimised, and what the page says of it."""

    id: str
    objective: Objective
    rates: dict[str, float]
    """Of each racer, unless the person says otherwise."""
    axes: tuple[str, ...]
    """The name of each number."""
    latex: str
    formula: Formula | None = None
    """Of the person."""
    trail: tuple[tuple[float, float], ...] = ()
    """The way of a run over it."""
    said: str = ""
    """What is to be known of it, below the picture."""

    def must_start(self, start: tuple[float, ...]) -> None:
        """Raises NnlabError: it has no value there; the message says why."""
        if self.formula is not None:
            must_start(self.formula, start)


def choose(chosen: str) -> Subject:
    """The subject of the list, with the fields that it needs.

    Raises:
        NnlabError: the person's formula is none; the message says why.
    """
    if chosen == OWN:
        return _own()
    if chosen == NETWORK:
        return _network()
    named = NAMED[chosen]
    axes = ("x", "y")[: named.objective.dimensions]
    return Subject(chosen, named.objective, named.rates, axes, named.latex)


def _own() -> Subject:
    widgets.setdefault("optimizers_formula", FIRST_FORMULA)
    for end, value in (("low", -3.0), ("high", 3.0)):
        widgets.setdefault(f"optimizers_{end}", value)
    wide, left, right = st.columns([4, 1, 1], vertical_alignment="bottom")
    text = wide.text_input(
        _("f(x) or f(x, y) ="),
        key=widgets.key("optimizers_formula"),
        max_chars=MOST_CHARACTERS,
        help=_("`+ - * / **`, `exp log sin tanh relu max`, numbers, `x` and `y`."),
    )
    ends = [
        place.number_input(
            label, -1e6, 1e6, key=widgets.key(f"optimizers_{end}"), step=1.0, format="%g"
        )
        for place, label, end in ((left, _("drawn from"), "low"), (right, _("to"), "high"))
    ]
    objective, formula = _formula(text or "", float(ends[0]), float(ends[1]))
    axes = ("x", "y")[: objective.dimensions]
    latex = f"f({', '.join(axes)}) = {formula.latex}"
    return Subject(OWN, objective, OWN_RATES, axes, latex, formula)


def _network() -> Subject:
    own = choose_network("optimizers", _is_small)
    objective, trail, share = own.snapshot.cached("race", lambda network: _of(own, network))
    name = own.run.id if own.run else "small"
    return Subject(
        f"{NETWORK}_{name}",
        objective,
        NETWORK_RATES,
        ("x", "y"),
        r"f(x, y) = L(\theta_{\text{now}} + x\, u + y\, v)",
        trail=trail,
        said=_(
            "The training loss of your network where its run moved: u and v are the two directions"
            " in which it moved most, {share} of all its movement. Dashed: the way of the run"
            " itself, seen from above; the optimizers here may leave its weights along u and v"
            " alone.",
            share=f"{share:.0%}",
        ),
    )


def _is_small(experiment: Experiment) -> bool:
    return isinstance(experiment.data, PlaneClasses | PlaneValues | Curve | Points | Csv)


def _of(
    own: OwnNetwork, network: nn.Sequential
) -> tuple[Objective, tuple[tuple[float, float], ...], float]:
    experiment, splits = own.experiment, splits_of(own.experiment.data)
    path = (
        path_of_fit(experiment, splits)
        if own.run is None
        else path_of_run(own.run.path, experiment, network)
    )
    objective, trail, share = of_run(network, splits.train, LOSSES[experiment.training.loss], path)
    return objective, tuple((x, y) for x, y in trail.tolist()), share


@kept
def _formula(text: str, low: float, high: float) -> tuple[Objective, Formula]:
    return of_formula(text, low, high)


def name_of(choice: str) -> str:
    """A choice as the list shows it."""
    return plain(_(CHOICES[choice]))
