"""The picture and the choices of a session in the chapter on convolution."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from nnlab.errors import NnlabError, shown
from nnlab.learn.convolution.drawing import SIDE, first_drawing, from_base64
from nnlab.learn.convolution.kernels import kernel_of, preset
from nnlab.texts import _
from nnlab.ui.session.typed import of_session

FIRST = "vertical"
"""The preset from the start."""
OWN = "own"
"""In place of a preset: numbers that a person typed."""


@dataclass
class ConvolutionState:
    """Always valid: what a browser sends is looked through before it is taken."""

    drawing: Tensor = field(default_factory=first_drawing)
    """float32 [28, 28] in 0 to 1."""
    kernel: Tensor = field(default_factory=lambda: preset(FIRST))
    """float32 [k, k]."""
    chosen: str = FIRST
    """The kernel's origin: a preset, a kernel of a run, or `OWN`."""
    own: Tensor | None = None
    """The numbers that the person typed last, float32 [k, k]."""
    row: int = 6
    column: int = 4
    """The place in the map. It may lie beyond a map that has become smaller."""
    version: int = 0
    """Changes when the page changes what the browser holds."""
    refused: NnlabError | None = None
    """Why what the browser sent last was not taken."""

    def choose(self, name: str, kernel: Tensor) -> None:
        """Take another kernel by its name in the list, and tell the browser."""
        self.chosen, self.kernel = name, kernel
        self.version, self.refused = self.version + 1, None

    def keep_as_own(self) -> None:
        """The kernel is the person's own from now on: what it was chosen from is another."""
        self.chosen, self.own = OWN, self.kernel

    def take(self, sent: object) -> None:
        """Take over the browser's changes, all of them or none."""
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
        is_typed = not torch.equal(kernel, self.kernel)
        self.drawing, self.kernel, self.refused = drawing, kernel, None
        self.row, self.column = row, column
        if is_typed:
            self.keep_as_own()


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
    """Return the state of this session."""
    return of_session(ConvolutionState)
