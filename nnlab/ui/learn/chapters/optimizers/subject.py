"""The list of what the optimizers run on, and the fields of a formula."""

import streamlit as st

from nnlab.learn.formula import Formula, parse
from nnlab.learn.optimizers.functions import FUNCTIONS
from nnlab.learn.optimizers.objective import Objective
from nnlab.learn.optimizers.own_formula import of_formula
from nnlab.texts import N_, _
from nnlab.ui.learn.chapters.optimizers.minimised import Subject
from nnlab.ui.learn.chapters.optimizers.own_loss import network_subject
from nnlab.ui.runtime.cache import kept
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
OWN_RATES = NAMED["bowl"].rates
MOST_CHARACTERS = 1000
"""Limit for the field: more than a formula has, so that a longer one gets a message."""


def choose(chosen: str) -> Subject | None:
    """Return the chosen function, with its fields shown; None while its run is being replayed.

    Raises:
        NnlabError: the person's formula is none, or the network's run has no way; says why.
    """
    if chosen == OWN:
        return _own()
    if chosen == NETWORK:
        return network_subject()
    named = NAMED[chosen]
    axes = ("x", "y")[: named.objective.dimensions]
    formula = parse(named.formula, axes)
    return Subject(chosen, named.objective, named.rates, axes, named.latex, formula)


def _own() -> Subject:
    widgets.hold("optimizers_formula", FIRST_FORMULA)
    for end, value in (("low", -3.0), ("high", 3.0)):
        widgets.hold(f"optimizers_{end}", value)
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


@kept
def _formula(text: str, low: float, high: float) -> tuple[Objective, Formula]:
    return of_formula(text, low, high)


def name_of(choice: str) -> str:
    """A choice as the list shows it."""
    return plain(_(CHOICES[choice]))
