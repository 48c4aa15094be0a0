"""Networks in the browser against the same networks in PyTorch, every layer of them."""

import functools

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nnlab.config import Features, LogSoftmax, Model, mlp
from nnlab.models import build
from tests.web.modules import Modules
from tests.web.networks import (
    ACTIVATIONS,
    FEATURES,
    Case,
    a_case,
    perceptrons,
    picture_networks,
    sequence_networks,
)
from tests.web.parity import Answers, apart, in_browser, in_torch

TOLERANCE = 1e-5
OF_A_KIND = 250
KINDS = {
    *ACTIVATIONS,
    "features",
    "normalize",
    "flatten",
    "linear",
    "conv2d",
    "max_pool2d",
    "avg_pool2d",
    "log_softmax",
    "dropout",
    "batch_norm",
    "embedding",
    "positions",
    "attention",
    "layer_norm",
}


@functools.cache
def drawn_cases() -> list[Case]:
    """The same networks in each run: perceptrons, networks of pictures, and of sequences."""
    cases: list[Case] = []

    def draw(strategy: st.SearchStrategy[Case]) -> None:
        @settings(
            max_examples=OF_A_KIND,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def take(case: Case) -> None:
            if case not in cases:
                cases.append(case)

        take()

    draw(perceptrons())
    draw(picture_networks())
    draw(sequence_networks())
    return cases


@pytest.fixture(scope="module")
def answers(page: Modules) -> list[Answers]:
    return in_browser(page, drawn_cases())


def test_the_drawn_networks_are_three_hundred_and_have_every_kind_of_layer() -> None:
    layers = [layer for case in drawn_cases() for layer in case.layers]
    assert len(drawn_cases()) >= 300
    assert {layer.kind for layer in layers} == KINDS
    assert {name for each in layers if isinstance(each, Features) for name in each.names} == set(
        FEATURES
    )


def test_every_layer_gives_what_it_gives_in_pytorch(answers: list[Answers]) -> None:
    """Where float32 itself is that rough, PyTorch's own distance from float64 counts, twice."""
    far, rough = [], set()
    for number, (case, answer) in enumerate(zip(drawn_cases(), answers, strict=True)):
        layers = zip(answer.layers, in_torch(case), strict=True)
        for index, (ours, theirs) in enumerate(layers):
            assert ours.shape == theirs.shape
            if (distance := apart(ours, theirs)) > TOLERANCE:
                rough.add(number)
                if distance > 2 * apart(theirs, in_torch(case.in_float64())[index]):
                    far.append((index - 1, distance, case))
    assert far == []
    assert len(rough) <= 0.02 * len(answers)


def test_a_network_that_keeps_no_layer_gives_the_same_outputs(answers: list[Answers]) -> None:
    for answer in answers:
        np.testing.assert_array_equal(answer.rows, answer.layers[-1].T)


def test_values_that_are_no_numbers_give_the_same_infinities_and_gaps(page: Modules) -> None:
    cases = [
        odd_case(kind)
        for kind in (*ACTIVATIONS, "log_softmax", "max_pool2d", "avg_pool2d", "batch_norm")
    ]
    for case, answer in zip(cases, in_browser(page, cases), strict=True):
        theirs = in_torch(case)[1]
        assert np.isnan(theirs).any()
        assert apart(answer.layers[1], theirs) <= TOLERANCE, case


def odd_case(kind: str) -> Case:
    """One layer, for inputs with NaN, the infinities and values whose exponentials overflow.

    Of GELU without +∞: there PyTorch says NaN or +∞, as the processor has it.
    """
    odd = torch.tensor([torch.nan, torch.inf, -torch.inf, 1e30, -1e30, 200, -200, 0.5])
    odd = odd[odd != torch.inf] if kind == "gelu" else odd
    shape = (1, 2, 2) if kind.endswith("pool2d") else (4,)
    x = torch.cartesian_prod(odd, odd, torch.tensor([1.0]), torch.tensor([-2.0]))
    model = Model.model_validate({"layers": [{"kind": kind}]})
    network = build(model, shape).eval()
    return Case(model.layers, shape, len(x), 0, network, x.reshape(-1, *shape))


def test_a_network_whose_sums_overflow_has_no_numbers_where_pytorch_has_none(page: Modules) -> None:
    """Which of NaN and ±∞ a sum gives then depends on its order; the answers are NaN in both."""
    case = a_case((*mlp(4, 4, outputs=2, activation="leaky_relu"), LogSoftmax()), 1)
    with torch.no_grad():
        for tensor in case.network.parameters():
            tensor.mul_(1e30)
    (answer,) = in_browser(page, [case])
    for ours, theirs in zip(answer.layers, in_torch(case), strict=True):
        np.testing.assert_array_equal(np.isfinite(ours), np.isfinite(theirs))
    assert np.isfinite(answer.layers[2]).all()
    assert np.isnan(answer.layers[-1]).all()
