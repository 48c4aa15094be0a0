"""A network's modules as the layers of its drawing, with the names that a page gives them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor, nn

from nnlab.config import Csv, Data
from nnlab.data.description import Info
from nnlab.figures.network import Floats, Layer, feature_label, unit_name
from nnlab.insight.plane.input_slice import InputSlice
from nnlab.insight.plane.neurons import GRID, Neurons, neuron_grids, neuron_layers
from nnlab.models.layers import Features
from nnlab.texts import _
from nnlab.visible import visible

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Parameter:
    """One weight or bias of a network, by the names that PyTorch and the controls give it."""

    name: str
    """`2.weight`"""
    index: tuple[int, ...]
    """(unit, source), or (unit,) of a bias."""

    @property
    def path(self) -> str:
        """The path of a control, such as `weights.2.weight.3.1`."""
        return f"weights.{self.name}.{'.'.join(map(str, self.index))}"

    def of(self, network: nn.Module) -> float:
        """Return its float32 value in this network, unrounded."""
        return dict(network.named_parameters())[self.name][self.index].item()


def parameter_at(network: nn.Sequential, picked: tuple[int, ...]) -> Parameter | None:
    """The weight (layer, unit, source) or the bias of the neuron (layer, unit).

    None where there is no such: an input, a layer without bias, or a network of another form.
    """
    groups = neuron_layers(network)
    layer, unit, *source = picked
    if not 0 < layer < len(groups):
        return None
    place, linear = groups[layer][0], linears(network)[layer - 1]
    values = linear.weight if source else linear.bias
    index = (unit, *source)
    if values is None or any(i >= size for i, size in zip(index, values.shape, strict=True)):
        return None
    return Parameter(f"{place}.{'weight' if source else 'bias'}", index)


def parameters_of(
    network: nn.Sequential, layers: list[Layer], picked: tuple[int, ...]
) -> dict[str, tuple[int, ...]]:
    """Return a pick's parameters by their names on the page: a weight, or those of a neuron."""
    layer, unit, *source = picked
    if source:
        return {"weight": picked}
    if layer == 0:
        return {}
    found = {_("bias"): (layer, unit)} if parameter_at(network, (layer, unit)) else {}
    before = layers[layer - 1]
    return found | {
        _("weight from {source}", source=unit_name(before, i)): (layer, unit, i)
        for i in range(len(before.labels))
    }


def layer_names(network: nn.Sequential, data: Data, info: Info) -> list[tuple[str, list[str]]]:
    """Return each drawn layer's title, and the names of its units (empty where they have none)."""
    *hidden, last = linears(network)
    named = [(_("inputs"), input_labels(network, data, info))]
    for number, linear in enumerate(hidden, start=1):
        named.append((_("layer {number}", number=number), [""] * linear.out_features))
    named.append((_("output"), list(map(visible, info.class_names or ("ŷ",)))[: last.out_features]))
    return named


def linears(network: nn.Sequential) -> list[nn.Linear]:
    """The linear layers of a network: one for each drawn layer but the first."""
    return [module for module in network if isinstance(module, nn.Linear)]


def input_labels(network: nn.Sequential, data: Data, info: Info) -> list[str]:
    """Return the inputs of the first linear layer: x₁, x₁², sin x₂, the column of a table."""
    for module in network:
        if isinstance(module, Features):
            return [feature_label(name) for name in module.names]
    if isinstance(data, Csv):
        return list(map(visible, data.inputs))
    count = info.input_shape[0]
    return [f"x{i + 1}".translate(SUBSCRIPTS) for i in range(count)] if count > 1 else ["x"]


def maps_of(
    network: nn.Sequential,
    info: Info,
    extent: tuple[float, float],
    resolution: int = GRID,
    *,
    cut: InputSlice | None = None,
) -> list[Neurons] | None:
    """Every neuron over the plane or the line; None where the data have more inputs than two.

    `cut` says what the plane is of a table's columns.
    """
    inputs = info.input_shape[0]
    if cut is None and inputs > 2:
        return None
    return neuron_grids(network, inputs, extent, resolution, cut=cut)


def live_layers(network: nn.Sequential) -> list[dict[str, Any]]:
    """Each drawn layer as the browser evaluates it, the inputs first.

    Returns:
        `output`: the place in the network whose output is drawn, -1 for the inputs as they are;
        `tensors`: the names of its weights and its bias, where it has them.
    """
    found = []
    for place, group in enumerate(neuron_layers(network)):
        tensors: dict[str, str] = {}
        if place:
            linear = network[group[0]]
            assert isinstance(linear, nn.Linear), "a group begins with its linear layer"
            tensors = {"weight": f"{group[0]}.weight"}
            if linear.bias is not None:
                tensors["bias"] = f"{group[0]}.bias"
        found.append({"output": group[-1] if group else -1, "tensors": tensors})
    return found


def drawn_layers(
    network: nn.Sequential,
    data: Data,
    info: Info,
    maps: list[Neurons] | None,
) -> list[Layer]:
    """The layers as `nnlab.figures.network` draws them, with the pictures of `maps_of`."""
    layers = []
    weighted = [None, *linears(network)]
    for number, (title, labels) in enumerate(layer_names(network, data, info)):
        linear, weight, bias = weighted[number], None, None
        if linear is not None:
            weight = _array(linear.weight)
            bias = None if linear.bias is None else _array(linear.bias)
        values = maps[number].values if maps is not None else None
        layers.append(Layer(title, tuple(labels), values, weight, bias))
    return layers


def _array(parameter: Tensor) -> Floats:
    return parameter.detach().numpy().astype(np.float32, copy=False)
