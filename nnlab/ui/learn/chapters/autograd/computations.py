"""The computation of chapter 1's graph: a typed formula, or a network of the person."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
import torch

from nnlab.config import Experiment
from nnlab.data.description import describe
from nnlab.errors import NnlabError
from nnlab.learn.autograd.graph import Graph, record
from nnlab.learn.autograd.of_network import of_network
from nnlab.learn.autograd.program import of_formula, with_flipped
from nnlab.learn.formula import Formula, parse, why_not_finite
from nnlab.learn.formula.operations import FUNCTIONS
from nnlab.models.shapes import trace_as_far
from nnlab.texts import _, number
from nnlab.ui.learn.chapters.autograd.state import AutogradState
from nnlab.ui.learn.own_network import OwnNetwork, choose_network
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.session.widgets import learn as widgets

FIRST = "(tanh(x*w + b) - y)**2 + 0.1*w**2"
"""A neuron's squared error and a penalty on its weight: two ways lead to w."""
VARIABLES = {"w": 1.5, "x": -0.8, "b": 0.5, "y": 1.0}
"""Each with its first value."""
LARGEST = 1e6
MOST_PARAMETERS = 5_000_000


@dataclass(frozen=True)
class Computation:
    """A computation that the page draws."""

    what: str
    """Tells it from others."""
    point: str
    """Tells one point of it, or one example, from others."""
    record: Callable[[AutogradState], Graph]
    formula: Formula | None = None


def choose_formula() -> Computation:
    """A field for the formula and one for each of its variables.

    Raises:
        NnlabError: no formula of these variables, or one without a real value there.
    """
    widgets.hold("autograd_formula", FIRST)
    with st.container(key="learn_autograd_typed", horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            _("A formula of w, x, b, y"),
            key=widgets.key("autograd_formula"),
            help=_(
                "With + − * / **, parentheses, numbers, pi, and {functions}.",
                functions=", ".join(FUNCTIONS),
            ),
            width="stretch",
        )
        formula = parse(text, tuple(VARIABLES))
        if not formula.names:
            raise NnlabError(
                _(
                    "The formula has no variable, so it has no gradient: write w, x, b or y"
                    " somewhere, as in w * 2."
                )
            )
        at = {name: _value(name) for name in sorted(formula.names, key=list(VARIABLES).index)}
    values = {name: torch.tensor(value, dtype=torch.float64) for name, value in at.items()}
    if (why := why_not_finite(formula, values)) is not None:
        raise NnlabError(why)
    program = of_formula(formula, values)

    def recorded(state: AutogradState) -> Graph:
        flipped = with_flipped(program, state.flipped)
        return record(flipped, earlier=state.earlier, no_grad=state.no_grad)

    return Computation(formula.code, repr(at), recorded, formula)


def _value(name: str) -> float:
    key = f"autograd_at_{name}"
    widgets.hold(key, VARIABLES[name])
    value = st.number_input(
        name, -LARGEST, LARGEST, step=0.1, format="%g", key=widgets.key(key), width=104
    )
    return float(value)


def choose_example() -> Computation:
    """A list of networks, and the number of an example of the training part.

    Raises:
        NnlabError: the network or its data cannot be read.
    """
    with st.container(key="learn_autograd_chosen", horizontal=True, vertical_alignment="bottom"):
        own = choose_network("autograd", _fits)
        part = splits_of(own.experiment.data).train
        key = "autograd_example"
        widgets[key] = min(int(widgets.get(key, 1)), len(part))
        chosen = st.number_input(
            _("Training example"), 1, len(part), key=widgets.key(key), width=160
        )
    at = int(chosen) - 1
    x, y = part.x[at : at + 1], part.y[at : at + 1]
    st.caption(_said(own, y))

    def recorded(state: AutogradState) -> Graph:
        pressed = frozenset(state.flipped), state.earlier, state.no_grad

        def make(network: torch.nn.Sequential) -> Graph:
            program = of_network(network, x, y, own.experiment.training.loss)
            flipped = with_flipped(program, state.flipped)
            return record(flipped, earlier=state.earlier, no_grad=state.no_grad)

        return own.snapshot.explained(("autograd", at, pressed), make)

    network = own.run.id if own.run is not None else ""
    return Computation(f"network {network}", f"{at} {own.snapshot.step}", recorded)


def _said(own: OwnNetwork, y: torch.Tensor) -> str:
    target = number(y.item(), 4) if y.numel() == 1 else str(y.flatten().tolist())
    return _(
        "Its target y is {target}. The network is in evaluation mode, after step {step:,}; the"
        " loss is of this example alone.",
        target=target,
        step=own.snapshot.step,
    )


def _fits(experiment: Experiment) -> bool:
    rows, error = trace_as_far(experiment.model.layers, describe(experiment.data).input_shape)
    return error is None and sum(row.parameters for row in rows) <= MOST_PARAMETERS
