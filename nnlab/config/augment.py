"""Random changes of pictures before each step, so that no two epochs see the same ones."""

from pydantic import Field

from nnlab.config.base import Config


class Augment(Config):
    """The largest change of each sort; every picture of a batch draws its own up to that.

    All 0, the default, changes nothing.
    """

    shift: float = Field(0.0, ge=0, le=8)
    """Pixels, along each axis apart."""
    rotate: float = Field(0.0, ge=0, le=45)
    """Degrees, either way."""
    scale: float = Field(0.0, ge=0, le=0.5)
    """Share of the size: 0.1 draws from 0.9 to 1.1 times as large."""
    shear: float = Field(0.0, ge=0, le=30)
    """Degrees by which upright lines lean, either way."""
    stroke: float = Field(0.0, ge=0, le=1)
    """How much thinner or thicker strokes get; 1: by one pixel on each side."""
    elastic: float = Field(0.0, ge=0, le=1)
    """How far parts of the picture move apart from each other; 1: by some two pixels."""
