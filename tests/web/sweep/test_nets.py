"""Nets of a stack, evaluated in the browser: against PyTorch's own modules."""

import base64
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from nnlab.config import Model, mlp
from nnlab.models import build
from nnlab.runs.record.checkpoints import live_bytes
from tests.web.modules import Modules

EVALUATE = """async ({ stacks, weights, x, n, count }) => {
    const { Nets } = await import("/web/sweep/nets.js");
    const { readTensors } = await import("/web/safetensors.js");
    const { bytesOf } = await import("/web/payload.js");
    const nets = new Nets(stacks, [2], count);
    nets.take(readTensors(bytesOf(weights)).tensors);
    const places = { x: Float32Array.from(x), n };
    return Array.from({ length: count }, (_net, net) => {
        if (!nets.has(net)) return null;
        const network = nets.evaluate(net, places);
        const outputs = network.outputs().map((values) => [...values]);
        return { dead: nets.isDead(net, network), outputs };
    });
}"""


def stacked(networks: list[nn.Sequential], number: int) -> dict[str, torch.Tensor]:
    names = networks[0].state_dict()
    return {
        f"{number}/{name}": torch.stack([net.state_dict()[name] for net in networks]).half()
        for name in names
    }


def network(seed: int, layers: Any) -> nn.Sequential:
    torch.manual_seed(seed)
    return build(Model(layers=layers, seed=seed), (2,))


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "sigmoid"])
def test_each_row_is_a_network_of_its_own(page: Modules, activation: Any) -> None:
    shapes = [mlp(4, outputs=3, activation=activation), mlp(5, 3, outputs=3, activation=activation)]
    numbers = [[0, 2, 3], [1, 4]]
    networks = [
        [network(seed, layers) for seed in nets]
        for layers, nets in zip(shapes, numbers, strict=True)
    ]
    weights = stacked(networks[0], 0) | stacked(networks[1], 1)
    x = torch.randn(7, 2, generator=torch.Generator().manual_seed(1))
    found = page.evaluate(
        EVALUATE,
        {
            "stacks": [
                {"nets": nets, "layers": [layer.model_dump(mode="json") for layer in layers]}
                for nets, layers in zip(numbers, shapes, strict=True)
            ],
            "weights": base64.b64encode(live_bytes(weights, 3)).decode(),
            "x": x.ravel().tolist(),
            "n": 7,
            "count": 6,
        },
    )
    assert found[5] is None  # no stack has it
    for nets, row in zip(numbers, networks, strict=True):
        for net, module in zip(nets, row, strict=True):
            module.load_state_dict({k: v.half().float() for k, v in module.state_dict().items()})
            expected = module.eval()(x).detach().numpy().T
            np.testing.assert_allclose(found[net]["outputs"], expected, rtol=1e-5, atol=1e-6)


def test_a_layer_of_relus_that_gives_nothing_is_dead(page: Modules) -> None:
    layers = mlp(4, 4, outputs=2, activation="relu")
    alive, dead = network(0, layers), network(1, layers)
    with torch.no_grad():
        list(dead.parameters())[3].fill_(-1000.0)  # the bias of the second hidden layer
    weights = stacked([alive, dead], 0)
    found = page.evaluate(
        EVALUATE,
        {
            "stacks": [{"nets": [0, 1], "layers": [one.model_dump(mode="json") for one in layers]}],
            "weights": base64.b64encode(live_bytes(weights, 0)).decode(),
            "x": torch.randn(50, 2).ravel().tolist(),
            "n": 50,
            "count": 2,
        },
    )
    assert [net["dead"] for net in found] == [False, True]


def test_what_is_asked_of_the_wire_fits_into_its_requests(page: Modules) -> None:
    """Whole below 64 kB; else by at most 64 names, of 1 MB together."""
    requests = page.evaluate(
        """async ({ layers }) => {
            const { Nets } = await import("/web/sweep/nets.js");
            const of = (stacks, each, layers) => new Nets(
                Array.from({ length: stacks }, (_s, s) => (
                    { nets: Array.from({ length: each }, (_n, n) => s * each + n), layers }
                )), [2], stacks * each).requests();
            const [small, large] = layers;
            return [of(1, 64, small), of(1, 1000, small), of(20, 50, small), of(1, 1000, large)];
        }""",
        {
            "layers": [
                [layer.model_dump(mode="json") for layer in mlp(*sizes, outputs=2)]
                for sizes in ((8, 8), (64, 64))
            ]
        },
    )
    small, large, many, too_large = requests
    assert small == [None]
    assert large == [[*FIGURES, *(f"0/{name}" for name in PARAMETERS)]]
    assert {name for turn in many for name in turn if "/" in name} == {
        f"{stack}/{name}" for stack in range(20) for name in PARAMETERS
    }
    assert max(map(len, many)) <= 64
    assert all(turn[:6] == FIGURES for turn in many)
    assert too_large == [FIGURES]  # 9 MB: its figures alone


FIGURES = ["train_loss", "train_accuracy", "val_loss", "val_accuracy", "steps", "ended"]
PARAMETERS = [f"{layer}.{kind}" for layer in (0, 2, 4) for kind in ("weight", "bias")]
