"""Networks made ill by hand, one problem each; and healthy ones, which have none."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from nnlab.insight.doctor.diagnosis import Examination, diagnostics, examine
from nnlab.insight.doctor.diagnostic import units
from nnlab.insight.doctor.learning import class_missing, over_fitting, rate_too_high, too_simple


def batch(spread: float = 2.0) -> tuple[Tensor, Tensor]:
    x = spread * torch.randn(200, 2, generator=torch.Generator().manual_seed(0))
    return x, (x[:, 0] * x[:, 1] > 0).long()


def mlp(*widths: int, activation: type[nn.Module] = nn.Tanh, seed: int = 4) -> nn.Sequential:
    torch.manual_seed(seed)  # with some others a ReLU unit is dead from birth
    layers: list[nn.Module] = []
    for before, after in zip((2, *widths), (*widths, 2), strict=True):
        layers += [nn.Linear(before, after), activation()]
    return nn.Sequential(*layers[:-1])


def linear(network: nn.Sequential, place: int) -> nn.Linear | nn.Conv2d:
    layer = network[place]
    assert isinstance(layer, nn.Linear | nn.Conv2d)
    return layer


def bias(network: nn.Sequential, place: int) -> Tensor:
    found = linear(network, place).bias
    assert found is not None
    return found


def seen(network: nn.Sequential, lr: float = 0.03, **more: object) -> Examination:
    return examine(network, *batch(), lr=lr, **more)  # ty: ignore[invalid-argument-type]


def issues(found: Examination) -> list[str]:
    return [diagnostic.issue for diagnostic in diagnostics(found)]


@pytest.mark.parametrize("activation", [nn.Tanh, nn.ReLU, nn.Sigmoid, nn.LeakyReLU])
@pytest.mark.parametrize("widths", [(8,), (8, 8)])
def test_a_fresh_network_has_no_issues(activation: type[nn.Module], widths: tuple[int]) -> None:
    assert issues(seen(mlp(*widths, activation=activation))) == []


def test_a_relu_unit_that_is_0_for_the_whole_batch_is_dead_and_named() -> None:
    network = mlp(4, activation=nn.ReLU)
    with torch.no_grad():
        bias(network, 0)[2] = -1000.0
    (diagnostic,) = diagnostics(seen(network))
    assert (diagnostic.issue, diagnostic.what) == (
        "dead",
        "Layer 1: unit 3 of 4 is dead: 0 for every example.",
    )
    with torch.no_grad():  # alive for one single example of the batch
        bias(network, 0)[2] = -(linear(network, 0).weight[2] @ batch()[0].T).max() + 1e-3
    assert issues(seen(network)) == []


@pytest.mark.parametrize("activation", [nn.Tanh, nn.Sigmoid])
def test_units_at_the_ends_of_their_range_are_saturated(activation: type[nn.Module]) -> None:
    network = mlp(4, activation=activation)
    with torch.no_grad():
        bias(network, 0)[:2] = 50.0
    (diagnostic,) = diagnostics(seen(network))
    assert diagnostic.issue == "saturated"
    assert "units 1 and 2 of 4" in diagnostic.what
    assert activation.__name__ in diagnostic.what


def test_a_network_that_has_learned_may_saturate() -> None:
    network = mlp(4)
    with torch.no_grad():  # xor by four steep units: tanh(±x₁ ± x₂)
        linear(network, 0).weight.copy_(100 * torch.tensor([[1.0, 0], [0, 1], [1, 1], [1, -1]]))
        bias(network, 0).zero_()
    x, y = batch()
    features = torch.tanh(x @ linear(network, 0).weight.T)
    with torch.no_grad():
        signs = torch.linalg.lstsq(features.sign(), (2.0 * y - 1)[:, None]).solution
        linear(network, 2).weight.copy_(torch.stack([-1e3 * signs[:, 0], 1e3 * signs[:, 0]]))
    # these four are odd functions, xor is an even one: it stays unlearned, and the units are ill
    assert "saturated" in issues(seen(network))
    easy = (x[:, 0] > 0).long()
    with torch.no_grad():
        linear(network, 2).weight.copy_(torch.tensor([[-20.0, 0, 0, 0], [20.0, 0, 0, 0]]))
        bias(network, 2).zero_()
    learned = examine(network, x, easy, lr=0.03)
    assert learned.has_learned
    assert learned.layers[0].saturated != ()
    assert diagnostics(learned) == []


def test_gradients_vanish_through_many_sigmoids_and_not_through_as_many_relus() -> None:
    sigmoids = seen(mlp(*[8] * 8, activation=nn.Sigmoid))
    assert issues(sigmoids) == ["vanishing"]
    relus = mlp(*[8] * 6, activation=nn.LeakyReLU)
    with torch.no_grad():
        for layer in relus:
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight)
    assert issues(seen(relus)) == []


def test_weights_of_zero_pass_no_gradient_on() -> None:
    network = mlp(4)
    with torch.no_grad():
        linear(network, 2).weight.zero_()
    (diagnostic,) = diagnostics(seen(network))
    assert diagnostic.issue == "vanishing"
    assert "is 0, unlike that of the last layer" in diagnostic.what


def test_gradients_explode_where_weights_are_large() -> None:
    network = mlp(8, 8, 8, activation=nn.LeakyReLU)
    with torch.no_grad():
        for layer in network:
            if isinstance(layer, nn.Linear):
                layer.weight *= 30
    assert issues(seen(network, lr=1e-6))[0] == "exploding"


def test_what_is_no_number_has_exploded() -> None:
    network = mlp(4)
    with torch.no_grad():
        linear(network, 0).weight[0, 0] = math.nan
    assert issues(seen(network)) == ["exploding"]


def test_figures_are_those_of_pytorch_by_hand() -> None:
    network = mlp(3)
    x, y = batch()
    found = examine(network, x, y, lr=0.1, momentum=0.9)
    loss = nn.functional.cross_entropy(network(x), y)
    loss.backward()
    first = linear(network, 0)
    grads = [p.grad for p in first.parameters() if p.grad is not None]
    norm = math.sqrt(sum(float((grad**2).sum()) for grad in grads))
    size = math.sqrt(sum(float((p.detach() ** 2).sum()) for p in first.parameters()))
    assert found.loss == pytest.approx(loss.item())
    assert found.layers[0].grad_norm == pytest.approx(norm, rel=1e-5)
    assert found.layers[0].grad_rms == pytest.approx(norm / 3, rel=1e-5)  # 6 weights, 3 biases
    assert found.layers[0].update_ratio == pytest.approx(0.1 * norm / 0.1 / size, rel=1e-5)
    assert examine(network, x, y, lr=0.1, adaptive=True).layers[0].update_ratio == pytest.approx(
        0.1 * 3 / size, rel=1e-5
    )
    assert found.guessing == pytest.approx(math.log(2), rel=0.01)


def test_it_leaves_no_gradient_and_no_mode_behind() -> None:
    network = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2)).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    seen(network)
    assert all(parameter.grad is None for parameter in network.parameters())
    assert network.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_rates_far_off_are_named_by_the_size_of_the_next_step() -> None:
    assert issues(seen(mlp(8), lr=100.0)) == ["rate_high"]
    assert issues(seen(mlp(8), lr=1e-7)) == ["rate_low"]
    assert issues(seen(mlp(8), lr=1e-7, adaptive=True)) == ["rate_low"]


def test_columns_of_very_different_size_are_named() -> None:
    x, y = batch()
    network = mlp(8)
    x = x * torch.tensor([1.0, 0.01])
    assert [f.issue for f in diagnostics(examine(network, x, y, lr=0.03))] == ["inputs"]
    shifted = x * torch.tensor([1.0, 100.0]) + 30
    assert "inputs" in [f.issue for f in diagnostics(examine(network, shifted, y, lr=0.03))]


def test_a_convolution_is_examined_by_channel() -> None:
    network = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(3 * 36, 2))
    with torch.no_grad():
        bias(network, 0)[1] = -100.0
    x = torch.rand(20, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    found = examine(network, x, torch.arange(20) % 2, lr=0.03)
    assert found.layers[0].dead == (2,)


# Curves and data ---------------------------------------------------------------------------------

STEPS = np.arange(50.0) * 100
FALLING = np.exp(-np.arange(50) / 15)


def test_over_fitting_is_a_validation_loss_that_rises_while_training_falls() -> None:
    rising = np.concatenate([np.linspace(0.7, 0.3, 20), np.linspace(0.3, 0.6, 30)])
    diagnostic = over_fitting(STEPS, FALLING, STEPS, rising)
    assert diagnostic is not None
    assert "and is 0.58 now" in diagnostic.what.replace("0.579", "0.58")
    assert over_fitting(STEPS, FALLING, STEPS, FALLING + 0.1) is None
    assert over_fitting(STEPS, np.flip(FALLING), STEPS, rising) is None, "training got worse, too"
    spike = FALLING + 0.1
    spike[40] = 5.0
    assert over_fitting(STEPS, FALLING, STEPS, spike) is None, "one spike is no course"
    thrown_up = np.concatenate([np.full(10, 0.7), np.linspace(5.0, 2.3, 40)])
    above = "it is above where it began: nothing was learned by heart"
    assert over_fitting(STEPS, thrown_up, STEPS, rising) is None, above


def test_a_loss_that_jumps_and_does_not_fall_says_that_the_rate_is_too_high() -> None:
    jumping = np.where(np.arange(40) % 2, 0.4, 1.2)
    assert rate_too_high(jumping) is not None
    assert rate_too_high(jumping * FALLING[:40]) is None, "it falls all the same"
    noise = np.random.default_rng(0).normal(0.6, 0.05, 40)
    assert rate_too_high(noise) is None
    assert rate_too_high(jumping[:5]) is None, "too few to tell"


def test_a_linear_network_is_too_simple_for_xor_and_not_for_what_a_line_parts() -> None:
    network = nn.Sequential(nn.Linear(2, 8), nn.Linear(8, 2))
    x, y = batch()
    diagnostic = too_simple(network, x, y, steps=1000)
    assert diagnostic is not None
    assert "after 1,000 steps" in diagnostic.what
    assert too_simple(network, x, y, steps=10) is None, "it has hardly begun"
    assert too_simple(mlp(8), x, y, steps=1000) is None
    line = nn.Sequential(nn.Linear(2, 2))
    with torch.no_grad():
        linear(line, 0).weight.copy_(torch.tensor([[-1.0, 0], [1, 0]]))
        bias(line, 0).zero_()
    assert too_simple(line, x, (x[:, 0] > 0).long(), steps=1000) is None


def test_a_linear_network_is_too_simple_for_a_parabola() -> None:
    x = torch.linspace(-2, 2, 50)[:, None]
    line = nn.Sequential(nn.Linear(1, 1))
    diagnostic = too_simple(line, x, x**2, steps=1000)
    assert diagnostic is not None
    assert "of the variance" in diagnostic.what
    with torch.no_grad():
        linear(line, 0).weight.fill_(3.0)
        bias(line, 0).fill_(1.0)
    assert too_simple(line, x, 3 * x + 1, steps=1000) is None


def test_a_class_without_examples_is_named() -> None:
    y = torch.tensor([0] * 60 + [1] * 60)
    diagnostic = class_missing(y, 3, ("a", "b", "c"))
    assert diagnostic is not None
    assert "class c: 0" in diagnostic.what
    assert class_missing(y, 2, ("a", "b")) is None


def test_units_are_counted_in_words() -> None:
    assert units((2,), 8) == "unit 2 of 8 is"
    assert units((2, 5), 8) == "units 2 and 5 of 8 are"
    assert units((1, 2, 3), 3) == "all 3 units are"
    assert units(tuple(range(1, 9)), 20) == "units 1, 2, 3, 4, 5, 6 and 2 more of 20 are"
