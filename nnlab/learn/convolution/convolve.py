"""PyTorch's results for the drawing: the map, one place of it, the pooled map, sizes, shifts."""

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Pooling = Literal["none", "max", "avg"]


@dataclass(frozen=True)
class Place:
    """One value of a feature map, and where it comes from."""

    window: Tensor
    """[k, k], what lies under the kernel; 0 in the padding."""
    products: Tensor
    """[k, k], window times kernel."""
    value: float
    """The map's value there, as `F.conv2d` gives it."""


def side_of_map(side: int, kernel: int, stride: int, padding: int) -> int:
    """⌊(n + 2p − k) / s⌋ + 1, of `torch.nn.Conv2d`'s documentation."""
    return (side + 2 * padding - kernel) // stride + 1


@torch.no_grad()
def feature_map(drawing: Tensor, kernel: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    """[n, n] and [k, k] to [m, m], by `F.conv2d`."""
    return F.conv2d(drawing[None, None], kernel[None, None], None, stride, padding)[0, 0]


def place(
    drawing: Tensor, kernel: Tensor, stride: int, padding: int, row: int, column: int
) -> Place:
    """The value in a row and a column of the map; both are moved into it where they lie beyond."""
    values = feature_map(drawing, kernel, stride, padding)
    row, column = (min(max(at, 0), len(values) - 1) for at in (row, column))
    padded = F.pad(drawing, (padding,) * 4)
    top, left, side = row * stride, column * stride, len(kernel)
    window = padded[top : top + side, left : left + side]
    return Place(window, window * kernel, values[row, column].item())


@torch.no_grad()
def pooled(values: Tensor, pooling: Pooling) -> Tensor:
    """[m, m] to [m // 2, m // 2]: the largest or the mean of each 2×2; `none` changes nothing."""
    if pooling == "none":
        return values
    pool = F.max_pool2d if pooling == "max" else F.avg_pool2d
    return pool(values[None, None], 2)[0, 0]


@dataclass(frozen=True)
class Channels:
    """One value of a layer with two input channels."""

    parts: tuple[float, float]
    """The result of each channel's slice of the kernel."""
    value: float
    """The value that `F.conv2d` gives for both channels at once."""


@torch.no_grad()
def two_channels(first: Tensor, second: Tensor, kernel: Tensor, row: int, column: int) -> Channels:
    """A second layer over two maps [m, m], with the kernel [2, k, k], at one place of its map."""
    both = torch.stack([first, second])[None]
    values = F.conv2d(both, kernel[None])[0, 0]
    row, column = (min(max(at, 0), len(values) - 1) for at in (row, column))
    parts = [F.conv2d(both[:, [i]], kernel[None, [i]])[0, 0, row, column].item() for i in (0, 1)]
    return Channels((parts[0], parts[1]), values[row, column].item())


def parameters(
    side: int, kernel: int, stride: int, padding: int, channels: int
) -> tuple[int, int, int]:
    """Weights and biases of a convolution to `channels` maps, and of a dense layer as wide.

    Counted by PyTorch without memory for them. Returns both counts and how many values each gives.
    """
    values = channels * side_of_map(side, kernel, stride, padding) ** 2
    conv = nn.Conv2d(1, channels, kernel, stride, padding, device="meta")
    dense = nn.Linear(side * side, values, device="meta")
    counts = [sum(one.numel() for one in layer.parameters()) for layer in (conv, dense)]
    return counts[0], counts[1], values


# Shifts ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shift:
    """The changes caused by shifting the drawing to the right."""

    before: Tensor
    after: Tensor
    """The feature maps [m, m], stride 1, padded so that they are as large as the drawing."""
    map_change: float
    """‖after − before‖ / ‖before‖ where the map before is moved as far as the drawing, without the
    columns whose windows hold what left the picture: at most a rounding. 0 where no others are."""
    dense_before: Tensor
    dense_after: Tensor
    """[16]: what a dense layer with random weights (seed 0) gives."""
    dense_change: float
    """‖after − before‖ / ‖before‖."""
    pooled_same: float
    """The share of values of the 2×2 max-pooled map that the shift left as they were."""


def shifted(drawing: Tensor, by: int) -> Tensor:
    """The drawing `by` pixels further right, 0 or more; what leaves it is gone, 0 comes in."""
    return F.pad(drawing, (by, 0))[:, : drawing.shape[1]]


@torch.no_grad()
def shift(drawing: Tensor, kernel: Tensor, by: int) -> Shift:
    """Return how a shift changes the feature map, its max-pooled map and a dense layer's output."""
    moved, padding, side = shifted(drawing, by), len(kernel) // 2, drawing.shape[1]
    before, after = (feature_map(one, kernel, 1, padding) for one in (drawing, moved))
    # Apart from the columns at the right whose windows hold what left the picture.
    comparable = max(0, side - by - padding)
    old, new = before[:, :comparable], after[:, by : by + comparable]
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        dense = nn.Linear(drawing.numel(), 16, bias=False)
    values = dense(drawing.flatten()), dense(moved.flatten())
    pools = pooled(before, "max"), pooled(after, "max")
    return Shift(
        before,
        after,
        _relative(old, new),
        *values,
        _relative(*values),
        (pools[0] == pools[1]).float().mean().item(),
    )


def _relative(before: Tensor, after: Tensor) -> float:
    size = before.norm().item()
    return (after - before).norm().item() / size if size else 0.0
