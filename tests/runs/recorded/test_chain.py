from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from pydantic import TypeAdapter
from torch import Tensor, nn

from nnlab import recipes
from nnlab.config import Layer, Model
from nnlab.data.description import describe
from nnlab.models import build
from nnlab.runs.recorded.chain import Chain, chain_of
from tests.runs.recorded.modules import Digits, cnn, every_kind, mlp


def rebuilt(chain: Chain, model: nn.Module, inputs: tuple[int, ...]) -> nn.Module:
    """The lab's own network, from the chain's JSON alone, with the module's weights."""
    read = TypeAdapter(tuple[Layer, ...]).validate_python(chain.layers)
    network = build(Model(layers=read), inputs)
    weights = model.state_dict()
    network.load_state_dict({name: weights[theirs] for name, theirs in chain.weights_of.items()})
    return network.eval()


class Plain(nn.Module):
    """A forward of one's own, of functions and methods."""

    def __init__(self, forward: Callable[["Plain", Tensor], Tensor]) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(4, 8), nn.Linear(8, 3)
        self.norm = nn.BatchNorm1d(8)
        self.conv = nn.Conv2d(1, 2, 3, stride=2, padding=1)
        self.asked = forward

    def forward(self, x: Tensor) -> Tensor:
        return self.asked(self, x)


ROW, PICTURE = torch.randn(5, 4), torch.randn(5, 1, 4, 2)
CHAINS: dict[str, tuple[nn.Module, Tensor, list[str]]] = {
    "sequential": (mlp(4, 8, 2), ROW, ["linear", "relu", "linear"]),
    "one layer": (nn.Linear(4, 2), ROW, ["linear"]),
    "nested": (
        nn.Sequential(nn.Sequential(nn.Linear(4, 3), nn.Tanh()), nn.Identity(), mlp(3, 2)),
        ROW,
        ["linear", "tanh", "linear"],
    ),
    "digits": (
        Digits(),
        torch.rand(4, 1, 28, 28),
        [
            "conv2d",
            "relu",
            "max_pool2d",
            "conv2d",
            "relu",
            "max_pool2d",
            "flatten",
            "linear",
            "relu",
            "linear",
            "log_softmax",
        ],
    ),
    "cnn": (
        cnn(),
        torch.rand(5, 1, 8, 8),
        ["conv2d", "batch_norm", "relu", "max_pool2d", "flatten", "linear"],
    ),
    "norm": (
        Plain(lambda m, x: m.fc2(m.norm(m.fc1(x)).sigmoid())),
        ROW,
        ["linear", "batch_norm", "sigmoid", "linear"],
    ),
    "functions": (
        Plain(lambda m, x: m.fc2(F.silu(F.dropout(torch.tanh(m.fc1(x)), 0.5, m.training)))),
        ROW,
        ["linear", "tanh", "silu", "linear"],
    ),
    "view": (
        Plain(lambda m, x: m.fc2(torch.relu(m.conv(x).view(x.size(0), -1))[:, :8].flatten(1))),
        PICTURE,
        [],
    ),
    "reshape": (
        Plain(lambda m, x: F.gelu(m.conv(x).reshape(x.shape[0], -1))),
        PICTURE,
        ["conv2d", "flatten", "gelu"],
    ),
    "one layer twice": (
        nn.Sequential(*[nn.Linear(4, 4)] * 2),
        ROW,
        ["linear", "linear"],
    ),
    "compiled": (*every_kind()["compiled"], ["linear", "relu", "linear"]),
    "embedding": (*every_kind()["embedding"], ["embedding", "flatten", "linear"]),
    "norm of rows": (
        nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 2)),
        ROW,
        ["layer_norm", "linear"],
    ),
}


@pytest.mark.parametrize("name", [name for name, (_, _, kinds) in CHAINS.items() if kinds])
def test_a_chain_built_by_the_lab_answers_as_the_module(name: str) -> None:
    model, x, kinds = CHAINS[name]
    chain = chain_of(model, x)
    assert chain is not None
    assert [layer["kind"] for layer in chain.layers] == kinds
    assert set(chain.weights_of.values()) <= set(model.state_dict())
    network = rebuilt(chain, model, tuple(x.shape[1:]))
    other = torch.cat([x, x.roll(1, 0)])
    with torch.no_grad():
        torch.testing.assert_close(network(other), model.eval()(other), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("recipe", ["spiral", "digits-cnn", "attention-sort"])
def test_the_labs_own_networks_are_their_own_chains(recipe: str) -> None:
    experiment = recipes.get(recipe).experiment
    info = describe(experiment.data)
    network = build(experiment.model, info.input_shape)
    x = torch.rand(4, *info.input_shape)
    x = torch.randint(info.symbols, x.shape) if info.symbols else x
    chain = chain_of(network, x)
    assert chain is not None
    kept = [layer.kind for layer in experiment.model.layers if layer.kind != "dropout"]
    assert [layer["kind"] for layer in chain.layers] == kept


NO_CHAINS: dict[str, tuple[nn.Module, Tensor]] = {
    **{
        name: every_kind()[name]
        for name in ("residual", "branches", "lstm", "attention", "transformer", "gpt")
    },
    "sum": (Plain(lambda m, x: m.fc2(m.fc1(x) + 1)), ROW),
    "cut": CHAINS["view"][:2],
    "softmax": (nn.Sequential(nn.Linear(4, 2), nn.Softmax(1)), ROW),
    "slope": (nn.Sequential(nn.Linear(4, 2), nn.LeakyReLU(0.2)), ROW),
    "slope of a function": (Plain(lambda m, x: F.leaky_relu(m.fc1(x), 0.2)), ROW),
    "groups": (nn.Sequential(nn.Conv2d(2, 2, 3, groups=2)), torch.rand(2, 2, 4, 4)),
    "dilation": (nn.Sequential(nn.Conv2d(2, 2, 3, dilation=2)), torch.rand(2, 2, 8, 8)),
    "oblong": (nn.Sequential(nn.Conv2d(2, 2, (3, 1))), torch.rand(2, 2, 4, 4)),
    "ceil": (nn.Sequential(nn.MaxPool2d(2, ceil_mode=True)), torch.rand(2, 2, 5, 5)),
    "view": (Plain(lambda _, x: x.view(-1, 2)), ROW),
    "if": (Plain(lambda m, x: m.fc1(x) if x.sum() > 0 else x), ROW),
    "nothing": (nn.Sequential(), ROW),
    "failing": (mlp(3, 2), ROW),
}


@pytest.mark.parametrize("name", list(NO_CHAINS))
def test_what_is_no_chain_of_the_labs_layers_is_none(name: str) -> None:
    assert chain_of(*NO_CHAINS[name]) is None


def test_the_module_stays_as_it_was() -> None:
    model, x = cnn().train(), torch.rand(5, 1, 8, 8)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    random = torch.random.get_rng_state()
    assert chain_of(model, x) is not None
    assert torch.equal(torch.random.get_rng_state(), random)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(module.training for module in model.modules())
