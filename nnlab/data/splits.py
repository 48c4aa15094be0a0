"""The data of a run as tensors: a training, a validation and a sealed test part."""

from dataclasses import dataclass

from torch import Tensor

from nnlab.data.description import Info


@dataclass(frozen=True)
class Part:
    """Examples: `x` float32 [n, *input_shape]; `y` int64 [n] (classes) or float32 [n, 1].

    Of sequences `x` is int64 [n, length] (tokens), and `y` int64 [n, length] where each token has a
    class of its own.
    """

    x: Tensor
    y: Tensor

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True)
class Splits:
    """Training steers the weights, validation steers the person, the test part stays sealed.

    `val` may be empty (n = 0). `test` is None where the data have none of their own; only what a
    person does to open it may look at it.
    """

    train: Part
    val: Part
    test: Part | None
    info: Info
