"""A network as a class: layers that keep something are attributes, all others are functions."""

from collections import Counter
from collections.abc import Sequence

from torch import Tensor, nn

from nnlab.learn.three_ways.functional import apply_layer
from nnlab.models.layer_source import layer_source
from nnlab.models.shapes import LayerShape


class Network(nn.Module):
    """The class that `nnlab.models.code` writes in the style `module`.

    Args:
        rows: of the traced network.
        layers: its `nn.Sequential`, from which the layers with parameters are taken.
    """

    def __init__(self, rows: Sequence[LayerShape], layers: nn.Sequential) -> None:
        super().__init__()
        counts: Counter[str] = Counter()
        self.rows = rows
        self.names: list[str | None] = []
        """Each layer's attribute; None where it is a function."""
        for row, layer in zip(rows, layers, strict=True):
            attribute = layer_source(row).attribute
            counts[attribute] += 1
            name = f"{attribute}{counts[attribute]}" if attribute else None
            if name is not None:
                self.add_module(name, layer)
            self.names.append(name)

    def forward(self, x: Tensor) -> Tensor:
        """[n, *input_shape] to [n, outputs]."""
        return self.outputs(x)[-1]

    def outputs(self, x: Tensor) -> list[Tensor]:
        """Return each layer's output for the batch."""
        found = []
        for row, name in zip(self.rows, self.names, strict=True):
            x = apply_layer(row.layer, {}, x) if name is None else getattr(self, name)(x)
            found.append(x)
        return found
