"""One frame of the Draw page: a drawing, its digits, and the model that reads them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnlab.drawing import Preprocessing
from nnlab.drawing.split import Piece
from nnlab.ui.draw.reading import Reading
from nnlab.ui.runtime.drawing_models import Reader
from nnlab.ui.runtime.recorded_reader import RecordedReader
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.runtime.snapshot import Snapshot


@dataclass(frozen=True)
class DrawFrame:
    """Given to every panel under the desk."""

    readers: Sequence[Reader]
    """All models that can read, as the list of the page has them."""
    reader: Reader | None
    """The one that is chosen; None while there is no model."""
    view: RunView | None
    """Its run; None where there is none, where it cannot be read, or where it was recorded."""
    moment: Snapshot | None
    """Its network to explain: while it trains, a new one once a second."""
    pixels: NDArray[np.uint8] | None
    """The canvas or the upload, uint8 [h, w], [h, w, 3] or [h, w, 4]; None where there is none."""
    pieces: Sequence[Piece]
    """The digits on it, as they are read; empty where nothing is drawn."""
    answers: Sequence[Reading]
    """The newest weights' answer for each digit; empty if nothing is drawn or no model is
    chosen."""
    chosen: int
    """The digit that the panels look into, an index of `pieces`."""
    training: bool
    """The model is being trained: its weights move."""
    is_canvas: bool
    """The pixels are those of the canvas, not of a file."""
    dark: bool
    """The page's theme."""
    recorded: RecordedReader | None = None
    """In the place of `view`, where the model was recorded."""

    @property
    def has_layers(self) -> bool:
        """Whether the network is PyTorch's, layer by layer, and has gradients."""
        return self.recorded is None or self.recorded.model is not None

    @property
    def made(self) -> Preprocessing | None:
        """The chosen digit, on its way to the network; None where nothing is drawn."""
        return self.pieces[self.chosen].made if self.pieces else None

    @property
    def answer(self) -> Reading | None:
        """The answer for the chosen digit."""
        return self.answers[self.chosen] if self.answers else None
