"""Layers that PyTorch does not have: functions of the inputs, and a fixed normalisation."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from nnlab.config.layers import FeatureName

FEATURES: dict[FeatureName, Callable[[Tensor, Tensor], Tensor]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1 * x1,
    "x2^2": lambda x1, x2: x2 * x2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, x2: torch.sin(x1),
    "sin(x2)": lambda x1, x2: torch.sin(x2),
    "cos(x1)": lambda x1, x2: torch.cos(x1),
    "cos(x2)": lambda x1, x2: torch.cos(x2),
}


class Features(nn.Module):
    """Functions of x1 and x2: [n, 2] -> [n, len(names)]; of x1 alone for [n, 1]."""

    def __init__(self, names: Sequence[FeatureName]) -> None:
        super().__init__()
        self.names = tuple(names)

    def forward(self, x: Tensor) -> Tensor:
        """[n, 2] -> [n, len(names)]; [n, 1] where no name says x2."""
        x1, x2 = x[:, 0], x[:, -1]
        return torch.stack([FEATURES[name](x1, x2) for name in self.names], dim=1)

    def extra_repr(self) -> str:
        """Return the text in brackets that `print(network)` shows."""
        return ", ".join(self.names)


class Normalize(nn.Module):
    """(x - mean) / std, any shape; with a number for each column: [n, columns]."""

    mean: float | Tensor
    std: float | Tensor

    def __init__(self, mean: float | tuple[float, ...], std: float | tuple[float, ...]) -> None:
        super().__init__()
        for name, value in (("mean", mean), ("std", std)):
            if isinstance(value, tuple):
                # They go where the module goes, and are no weights.
                self.register_buffer(name, torch.tensor(value), persistent=False)
            else:
                setattr(self, name, value)

    def forward(self, x: Tensor) -> Tensor:
        """The same shape."""
        return (x - self.mean) / self.std

    def extra_repr(self) -> str:
        """Return the text in brackets that `print(network)` shows."""
        return f"mean={_read(self.mean)}, std={_read(self.std)}"


def _read(value: float | Tensor) -> str:
    if isinstance(value, Tensor):
        return f"[{', '.join(f'{number:.4g}' for number in value.tolist())}]"
    return str(value)
