"""The form in which a recorded network takes pictures, which the lab shows in [0, 1]."""

from dataclasses import dataclass

from torch import Tensor, nn

from nnlab.runs.recorded.record import Record

DRAWING = (1, 28, 28)
FLAT = ((28, 28), (784,))
"""Forms in which a picture of a digit is given without its channel."""


@dataclass(frozen=True)
class PictureForm:
    """The form and the range in which a network takes its pictures."""

    shape: tuple[int, int, int]
    """Channels, height, width."""
    inputs: tuple[int, ...]
    """The same numbers, as the network takes them."""
    low: float = 0.0
    """The network's input value for black."""
    high: float = 1.0
    """The network's input for white."""

    @property
    def is_scaled(self) -> bool:
        """Whether the network takes other numbers than those from 0 to 1."""
        return (self.low, self.high) != (0.0, 1.0)

    def pictures(self, x: Tensor) -> Tensor:
        """The network's inputs [n, *inputs] as pictures [n, c, h, w] in [0, 1]."""
        return ((x.float() - self.low) / (self.high - self.low)).reshape(-1, *self.shape)

    def through(self, network: nn.Module) -> nn.Sequential:
        """The network as a function of pictures [n, c, h, w] in [0, 1]."""
        return nn.Sequential(_FromPictures(self), network)


class _FromPictures(nn.Module):
    def __init__(self, form: PictureForm) -> None:
        super().__init__()
        self.form = form

    def forward(self, pictures: Tensor) -> Tensor:
        form = self.form
        return (form.low + pictures * (form.high - form.low)).reshape(-1, *form.inputs)


def picture_form(record: Record, x: Tensor | None) -> PictureForm | None:
    """Return the form in which the network takes pictures; None where its inputs are none.

    Args:
        record: of the run.
        x: the recorded examples [n, *inputs], whose smallest and largest number are black and white
            where they leave [0, 1]; None: there are none, and [0, 1] is taken for granted.
    """
    inputs = record.inputs or ()
    if inputs in FLAT and record.outputs == (10,):
        shape = DRAWING
    elif record.is_pictures and len(inputs) == 3:
        shape = inputs
    else:
        return None
    low, high = (0.0, 1.0) if x is None else (float(x.min()), float(x.max()))
    if 0 <= low <= high <= 1 or not low < high < float("inf") or low == float("-inf"):
        low, high = 0.0, 1.0
    return PictureForm(shape, inputs, low, high)
