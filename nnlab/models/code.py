"""The same network as readable, plain PyTorch source, in the three ways that PyTorch teaches.

Drawn from the same seed, all three hold the very weights that `nnlab.models.build` makes, and
give the very same outputs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from nnlab.config import Model
from nnlab.models.layer_source import layer_source
from nnlab.models.shapes import Shape, trace
from nnlab.models.source_parts import LayerSource, listed
from nnlab.models.token_source import ATTENTION, POSITIONS

Style = Literal["tensors", "module", "sequential"]

NORMALIZE = """\
class Normalize(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.mean, self.std = mean, std

    def forward(self, x):
        return (x - self.mean) / self.std
"""
NORMALIZE_COLUMNS = """\
class Normalize(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.mean, self.std = mean, std

    def forward(self, x):
        return (x - x.new_tensor(self.mean)) / x.new_tensor(self.std)
"""
INITIALISED = '''\
def initialised(layer, draw, *arguments):
    """The layer with its weights drawn anew, and bias 0."""
    draw(layer.weight, *arguments)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer
'''


@dataclass(frozen=True)
class Source:
    """A network's source in parts, for whoever puts more around it."""

    imports: tuple[str, ...]
    """Lines; `import torch` is always among them."""
    definition: str
    """Makes `network`, which takes [n, *input_shape], and `parameters`, a list of tensors."""
    names: Mapping[str, str]
    """A tensor's name in `build(...).state_dict()`, and the expression for it here."""
    train_call: str
    """The expression for the outputs of `x` while training, and `eval_call` afterwards."""
    eval_call: str


def code(model: Model, input_shape: Shape, style: Style) -> str:
    """Source that makes `network` and `parameters`, without nnlab.

    `network(x)` takes float32 [n, *input_shape], or int64 where an embedding is first. In the style
    `tensors` it is a function: where a layer trains and evaluates in different ways, it is told by
    `network(x, training=True)`.

    Raises:
        InvalidExperimentError: a layer that does not fit the shape before it.
    """
    parts = source(model, input_shape, style)
    starts_with_a_block = parts.definition.startswith(("class ", "def "))
    gap = ["", ""] if starts_with_a_block else [""]
    return "\n".join([*parts.imports, *gap, parts.definition])


def source(model: Model, input_shape: Shape, style: Style) -> Source:
    """Return the source in parts; raises as `code` does."""
    layers = [layer_source(row) for row in trace(model.layers, input_shape)]
    return _STYLES[style](layers, model.seed)


def _tensors(layers: list[LayerSource], seed: int) -> Source:
    has_mode = any(layer.has_mode for layer in layers)
    names: dict[str, str] = {}
    made, forward, parameters = [f"torch.manual_seed({seed})"], [], []
    number = 0
    for index, layer in enumerate(layers):
        number += bool(layer.names)
        made += [line.format(n=number) for line in layer.tensors]
        forward += [line.format(n=number) for line in layer.forward]
        for suffix, name in layer.names.items():
            names[f"{index}.{suffix}"] = name.format(n=number)
            if not suffix.startswith("running_"):
                parameters.append(name.format(n=number))
    lines = [
        *made,
        *listed("parameters = [", parameters, "]"),
        "for parameter in parameters:",
        "    parameter.requires_grad_()",
        "",
        "",
        f"def network(x{', training=False' if has_mode else ''}):",
        *(f"    {line}" for line in forward),
        "    return x",
    ]
    text = "\n".join(lines) + "\n"
    call = "network(x, training=True)" if has_mode else "network(x)"
    return Source(_imports(text), text, names, call, "network(x)")


def _module(layers: list[LayerSource], seed: int) -> Source:
    counts: dict[str, int] = {}
    made, forward, names = [], [], {}
    for index, layer in enumerate(layers):
        if not layer.attribute:
            forward += layer.forward
            continue
        counts[layer.attribute] = counts.get(layer.attribute, 0) + 1
        attribute = f"{layer.attribute}{counts[layer.attribute]}"
        made.append(f"self.{attribute} = {layer.module}")
        forward.append(f"x = self.{attribute}(x)")
        names |= {f"{index}.{name}": f"network.{attribute}.{name}" for name in layer.names}
    lines = [
        *_helpers([line.partition(" = ")[2] for line in made]),
        "class Network(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        *(f"        {line}" for line in made),
        "",
        "    def forward(self, x):",
        *(f"        {line}" for line in forward),
        "        return x",
        "",
        "",
        f"torch.manual_seed({seed})",
        "network = Network()",
    ]
    return _with_parameters(lines, names)


def _sequential(layers: list[LayerSource], seed: int) -> Source:
    names = {
        f"{index}.{name}": f"network[{index}].{name}"
        for index, layer in enumerate(layers)
        for name in layer.names
    }
    lines = [
        *_helpers([layer.module for layer in layers], layers),
        f"torch.manual_seed({seed})",
        "network = nn.Sequential(",
        *(f"    {_module_call(layers, index)}," for index in range(len(layers))),
        ")",
    ]
    return _with_parameters(lines, names)


_STYLES: dict[Style, Callable[[list[LayerSource], int], Source]] = {
    "tensors": _tensors,
    "module": _module,
    "sequential": _sequential,
}


def _with_parameters(lines: list[str], names: Mapping[str, str]) -> Source:
    text = "\n".join([*lines, "parameters = list(network.parameters())"]) + "\n"
    return Source(_imports(text), text, names, "network(x)", "network(x)")


def _helpers(calls: Sequence[str], layers: Sequence[LayerSource] = ()) -> list[str]:
    """The few definitions that PyTorch lacks, where the calls need them."""
    found = []
    if any(call.startswith("Normalize") for call in calls):
        by_column = any(call.startswith("Normalize((") for call in calls)
        found.append(NORMALIZE_COLUMNS if by_column else NORMALIZE)
    for name, helper in (("Positions(", POSITIONS), ("Attention(", ATTENTION)):
        if any(call.startswith(name) for call in calls):
            found.append(helper)
    for index, layer in enumerate(layers):
        if layer.module == "Features()":
            body = "\n".join(f"        {line}" for line in layer.forward)
            name = _features_class(index)
            found.append(
                f"class {name}(nn.Module):\n    def forward(self, x):\n{body}\n        return x\n"
            )
    if any("initialised" in call for call in calls):
        found.append(INITIALISED)
    return [line for text in found for line in (text, "")]


def _module_call(layers: Sequence[LayerSource], index: int) -> str:
    module = layers[index].module
    return f"{_features_class(index)}()" if module == "Features()" else module


def _features_class(index: int) -> str:
    """Each features layer has a class of its own: nearly always there is one, the first."""
    return "Features" if index == 0 else f"Features{index}"


def _imports(text: str) -> tuple[str, ...]:
    lines = []
    if "math." in text:
        lines += ["import math", ""]
    lines.append("import torch")
    if "F." in text:
        lines.append("import torch.nn.functional as F")
    if "nn." in text:
        lines.append("from torch import nn")
    return tuple(lines)
