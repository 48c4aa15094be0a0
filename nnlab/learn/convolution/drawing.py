"""The drawing that a kernel moves over: 28×28 greys, which a browser sends as bytes."""

import base64
import binascii
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from nnlab.errors import NnlabError, shown
from nnlab.texts import _

SIDE = 28
PEN = 1.4
"""Half the width of the pen, in pixels; the edge of a stroke fades over one pixel."""
SEVEN = ((7.0, 7.0), (20.0, 7.0), (11.0, 22.0)), ((9.0, 14.5), (18.0, 14.5))
"""The strokes of the digit that is there from the start: points (x, y) in pixels."""


def first_drawing() -> Tensor:
    """A seven with a bar, float32 [28, 28] in whole 255ths, 0 to 1."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float64)
    near = np.full((SIDE, SIDE), np.inf)
    for stroke in SEVEN:
        for (x0, y0), (x1, y1) in pairwise(stroke):
            length = (x1 - x0) ** 2 + (y1 - y0) ** 2
            along = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length, 0, 1)
            distance = np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))
            near = np.minimum(near, distance)
    ink = np.clip(PEN + 0.5 - near, 0, 1)
    return torch.from_numpy(np.rint(255 * ink).astype(np.float32) / np.float32(255))


def to_base64(drawing: Tensor) -> str:
    """A drawing [28, 28] in 0 to 1 as its 784 bytes, row by row."""
    return base64.b64encode((drawing * 255).round().to(torch.uint8).numpy().tobytes()).decode()


def from_base64(sent: object) -> Tensor:
    """Decode the browser's drawing, as float32 [28, 28] in 0 to 1.

    Raises:
        NnlabError: it is no drawing of 28×28 bytes.
    """
    limit = 4 * SIDE * SIDE
    try:
        if not isinstance(sent, str) or len(sent) > limit:
            raise ValueError
        content = base64.b64decode(sent, validate=True)
        if len(content) != SIDE * SIDE:
            raise ValueError
    except (ValueError, binascii.Error) as error:
        raise NnlabError(
            _(
                "A drawing has {side}×{side} bytes in base64, got {received}. Press Clear and draw"
                " it anew.",
                side=SIDE,
                received=shown(sent),
            )
        ) from error
    pixels = np.frombuffer(content, np.uint8).reshape(SIDE, SIDE)
    return torch.from_numpy(pixels.astype(np.float32) / np.float32(255))
