"""What a session has drawn and chosen in the chapter on convolution."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor

from nnlab.errors import NnlabError, shown
from nnlab.learn.convolution.drawing import SIDE, first_drawing, from_base64
from nnlab.learn.convolution.kernels import kernel_of, preset
from nnlab.texts import _
from nnlab.ui.session.typed import of_session

FIRST = "vertical"
"""The preset from the start."""


@dataclass
class ConvolutionState:
    """Always valid: what a browser sends is looked through before it is taken."""

    drawing: Tensor = field(default_factory=first_drawing)
    """float32 [28, 28] in 0 to 1."""
    kernel: Tensor = field(default_factory=lambda: preset(FIRST))
    """float32 [k, k]."""
    row: int = 6
    column: int = 4
    """The place in the map. It may lie beyond a map that has become smaller."""
    version: int = 0
    """Changes when the page changes what the browser holds."""
    refused: NnlabError | None = None
    """Why what the browser sent last was not taken."""

    def choose(self, kernel: Tensor) -> None:
        """Take another kernel, and tell the browser."""
        self.kernel, self.version, self.refused = kernel, self.version + 1, None

    def take(self, sent: object) -> None:
        """What the browser has changed, all of it or nothing."""
        try:
            if not isinstance(sent, Mapping):
                raise NnlabError(
                    _(
                        "A browser sends a drawing, a kernel and a place, got {received}. Load the"
                        " page anew.",
                        received=shown(sent),
                    )
                )
            drawing, kernel = from_base64(sent.get("drawing")), kernel_of(sent.get("kernel"))
            row, column = (_place(sent.get(name)) for name in ("row", "column"))
        except NnlabError as error:
            self.refused, self.version = error, self.version + 1
            return
        self.drawing, self.kernel, self.refused = drawing, kernel, None
        self.row, self.column = row, column


def _place(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= SIDE + 4:
        raise NnlabError(
            _(
                "A place in the map is a whole number from 0 to {most}, got {received}. Load the"
                " page anew.",
                most=SIDE + 4,
                received=shown(value),
            )
        )
    return value


def convolution_state() -> ConvolutionState:
    """The session's."""
    return of_session(ConvolutionState)
