import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
import torch

from nnlab.config import (
    Activation,
    BatchNorm,
    Conv2d,
    Dropout,
    Features,
    Flatten,
    Linear,
    LogSoftmax,
    Model,
    NamedInit,
    NormalInit,
    Normalize,
    Pool2d,
    UniformInit,
)
from nnlab.config.layers import ActivationKind, FeatureName, Layer
from nnlab.models import build
from nnlab.models.code import Style, code, source

STYLES: tuple[Style, ...] = get_args(Style)

PLANE = (
    Features(names=get_args(FeatureName)),
    Linear(out_features=6),
    *(Activation(kind=kind) for kind in get_args(ActivationKind)),
    BatchNorm(momentum=0.2, eps=1e-4),
    Dropout(p=0.25),
    Linear(out_features=5, bias=False, init=NormalInit(mean=0.1, std=0.3)),
    Linear(out_features=5, init=UniformInit(a=-0.1, b=0.2)),
    Linear(out_features=4, init=NamedInit(kind="xavier_normal")),
    Linear(out_features=3, init=NamedInit(kind="zeros")),
    Linear(out_features=3),
    LogSoftmax(),
)
PICTURE = (
    Normalize(mean=0.1307, std=0.3081),
    Conv2d(out_channels=4, kernel_size=5, stride=2, padding=1),
    BatchNorm(),
    Activation(kind="relu"),
    Pool2d(kind="max_pool2d"),
    Conv2d(out_channels=6, kernel_size=3, bias=False, init=NamedInit(kind="kaiming_uniform")),
    Pool2d(kind="avg_pool2d", kernel_size=2, stride=1),
    Dropout(p=0.5),
    Flatten(),
    Linear(out_features=10),
)
NETWORKS: dict[str, tuple[tuple[Layer, ...], tuple[int, ...]]] = {
    "plane": (PLANE, (2,)),
    "picture": (PICTURE, (1, 28, 28)),
    "features of a number": (
        (Features(names=("x1", "cos(x1)")), Linear(out_features=1)),
        (1,),
    ),
    "columns of a table": (
        (Normalize(mean=(5.1, -0.3, 1e4), std=(0.4, 2.0, 300.0)), Linear(out_features=2)),
        (3,),
    ),
    "number": ((Linear(out_features=3), Activation(kind="tanh"), Linear(out_features=1)), (1,)),
}


def made(name: str, style: Style) -> tuple[Any, dict[str, Any], dict[str, str]]:
    """The network that nnlab builds, what the source of the same one makes, and its names."""
    layers, shape = NETWORKS[name]
    model = Model(layers=layers, seed=7)
    scope: dict[str, Any] = {}
    exec(code(model, shape, style), scope)
    return build(model, shape), scope, dict(source(model, shape, style).names)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", NETWORKS)
def test_the_source_starts_from_the_very_weights_that_nnlab_builds(name: str, style: Style) -> None:
    built, scope, names = made(name, style)
    state = {k: v for k, v in built.state_dict().items() if not k.endswith("num_batches_tracked")}
    assert state.keys() == names.keys()
    for key, expected in state.items():
        assert torch.equal(eval(names[key], scope), expected), key
    pairs = list(zip(built.parameters(), scope["parameters"], strict=True))
    assert all(torch.equal(ours, theirs) for ours, theirs in pairs)
    assert all(theirs.requires_grad and theirs.is_leaf for _, theirs in pairs)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", NETWORKS)
def test_the_source_gives_the_same_outputs_while_training_and_afterwards(
    name: str, style: Style
) -> None:
    built, scope, _ = made(name, style)
    layers, shape = NETWORKS[name]
    parts = source(Model(layers=layers), shape, style)
    scope["x"] = torch.rand(8, *shape, generator=torch.Generator().manual_seed(1))
    torch.manual_seed(2)
    expected = built(scope["x"])
    torch.manual_seed(2)
    assert torch.equal(eval(parts.train_call, scope), expected)
    built.eval()
    if style != "tensors":
        scope["network"].eval()
    assert torch.equal(eval(parts.eval_call, scope), built(scope["x"]))


@pytest.mark.parametrize("style", STYLES)
def test_the_source_is_plain_pytorch_formatted_as_this_project_is(
    style: Style, tmp_path: Path
) -> None:
    for name, (layers, shape) in NETWORKS.items():
        text = code(Model(layers=layers), shape, style)
        assert "nnlab" not in text
        compile(text, name, "exec")
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    rules = ["--isolated", "--select", "F,E,W,I", "--line-length", "100", str(tmp_path)]
    checked = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *rules], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
