"""Spreads through layers against the published formulas, and against hooks of a plain network."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm
from torch import nn

from nnlab.learn.initial_weights.schemes import SCHEMES, Function, Scheme, begin, variance
from nnlab.learn.initial_weights.spread import WIDTH, Spread, network, spread


def over_seeds(scheme: Scheme, function: Function, layers: int) -> list[Spread]:
    return [spread(scheme, function, layers, seed) for seed in range(6)]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("function", ["relu", "tanh"])
def test_weights_have_the_variance_of_their_scheme(scheme: Scheme, function: Function) -> None:
    torch.manual_seed(0)
    weight = torch.empty(300, 200)
    begin(weight, scheme, function)
    gain = {"relu": 2.0, "tanh": 25 / 9}[function]
    expected = {"normal": 1.0, "xavier": 2 / 500, "kaiming": gain / 200, "zeros": 0.0}[scheme]
    assert variance(scheme, function, 200, 300) == pytest.approx(expected)
    assert weight.double().var().item() == pytest.approx(expected, rel=0.03, abs=1e-12)


@pytest.mark.parametrize(("scheme", "factor"), [("normal", 64.0), ("xavier", 0.5), ("kaiming", 1)])
def test_relu_multiplies_the_variance_by_half_of_n_var_w(scheme: Scheme, factor: float) -> None:
    """He 2015, equations 9 and 14."""
    shown = spread(scheme, "relu", 12)
    layers = np.arange(12)
    first = {"normal": WIDTH, "xavier": 1, "kaiming": 2}[scheme]
    np.testing.assert_allclose(shown.forward_expected**2, first * factor**layers)
    np.testing.assert_allclose(shown.backward_expected**2, 0.5 * factor ** layers[::-1])
    all_of_it = over_seeds(scheme, "relu", 12)
    forward = np.exp(np.mean([np.log(one.forward) for one in all_of_it], axis=0))
    backward = np.exp(np.mean([np.log(one.backward) for one in all_of_it], axis=0))
    np.testing.assert_allclose(forward, shown.forward_expected, rtol=0.25)
    np.testing.assert_allclose(backward, shown.backward_expected, rtol=0.25)


@pytest.mark.parametrize("scheme", ["normal", "xavier", "kaiming"])
def test_tanh_follows_its_integrals(scheme: Scheme) -> None:
    """Poole 2016, equation 3, and Schoenholz 2017, equation 5, by SciPy's quadrature."""
    gain = WIDTH * variance(scheme, "tanh", WIDTH, WIDTH)

    def mean(f: Callable[[float], float], power: int, q: float) -> float:
        return quad(lambda z: f(np.sqrt(q) * z) ** power * norm.pdf(z), -9, 9, points=[0])[0]

    def slope(z: float) -> float:
        return 1 - np.tanh(z) ** 2

    variances = [gain]
    for _layer in range(5):
        variances.append(gain * mean(np.tanh, 2, variances[-1]))
    backward = [mean(slope, 2, variances[-1])]
    for q in variances[-2::-1]:
        backward.append(gain * mean(slope, 2, q) * backward[-1])
    shown = spread(scheme, "tanh", 6)
    np.testing.assert_allclose(shown.forward_expected**2, variances, rtol=1e-6)
    np.testing.assert_allclose(shown.backward_expected**2, backward[::-1], rtol=1e-5)
    np.testing.assert_allclose(shown.forward, shown.forward_expected, rtol=0.1)
    np.testing.assert_allclose(shown.backward, shown.backward_expected, rtol=0.25)


def test_xavier_keeps_a_small_signal_through_tanh() -> None:
    """Glorot 2010, equation 12: tanh is about linear near 0, so that n Var w = 1 keeps Var z."""
    shown = spread("xavier", "tanh", 1)
    assert shown.forward_expected[0] == pytest.approx(1)
    assert WIDTH * variance("xavier", "tanh", WIDTH, WIDTH) == pytest.approx(1)


@pytest.mark.parametrize("function", ["relu", "tanh"])
def test_zeros_pass_nothing_on(function: Function) -> None:
    shown = spread("zeros", function, 4)
    assert not shown.forward.any()
    assert not shown.backward[:-1].any()
    assert not shown.forward_expected.any()
    assert not shown.backward_expected[:-1].any()


def test_the_spread_is_what_a_plain_network_gives_by_hooks() -> None:
    """The same seed draws the same inputs and weights."""
    layers = 5
    torch.manual_seed(2)
    x = torch.randn(256, WIDTH)
    weights = [nn.init.kaiming_normal_(torch.empty(WIDTH, WIDTH)) for _layer in range(layers)]
    from_the_end = torch.randn(256, WIDTH)
    plain = nn.Sequential()
    for weight in weights:
        linear = nn.Linear(WIDTH, WIDTH, bias=False)
        linear.weight = nn.Parameter(weight)
        plain.extend([linear, nn.ReLU()])
    outputs: list[torch.Tensor] = []

    def keep(_module: nn.Module, _inputs: object, output: torch.Tensor) -> None:
        output.retain_grad()
        outputs.append(output)

    for module in plain:
        if isinstance(module, nn.Linear):
            module.register_forward_hook(keep)
    plain(x).backward(from_the_end)
    shown = spread("kaiming", "relu", layers, seed=2)
    np.testing.assert_allclose(shown.forward, [one.std().item() for one in outputs], rtol=1e-4)
    gradients = [one.grad.std().item() for one in outputs if one.grad is not None]
    np.testing.assert_allclose(shown.backward, gradients, rtol=1e-4)


def test_the_global_random_state_stays() -> None:
    before = torch.random.get_rng_state()
    spread("kaiming", "relu", 2)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_idle_outputs_are_counted() -> None:
    assert spread("normal", "relu", 3).idle == pytest.approx([0.5] * 3, abs=0.08)
    assert spread("normal", "tanh", 3).idle.min() > 0.7
    assert spread("xavier", "tanh", 3).idle.max() < 0.05


def test_a_network_begins_with_its_scheme_and_biases_of_0() -> None:
    net = network("kaiming", "relu", (64, 32, 10))
    assert [type(one).__name__ for one in net] == ["Linear", "ReLU", "Linear"]
    assert all(not p.any() for name, p in net.named_parameters() if name.endswith("bias"))
