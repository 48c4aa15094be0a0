"""Whether a piece of ink may be several digits, or none: said by a small network that ships.

A reader of ten digits has no answer for a letter: it names the likeliest digit, and is often sure
of it. The detector, one for all readers, knows eleven classes, the ten digits and "no digit"; the
last one's probability is the doubt. `python -m scripts.digit_or_not` makes it and its record.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from torch import nn

from nnlab.config import Model
from nnlab.data.published import DIGIT_NAMES
from nnlab.errors import NnlabError
from nnlab.files import read_plain
from nnlab.models import build
from nnlab.readers.shipped import FOLDER
from nnlab.texts import _

NAME = "digit-or-not"
NO_DIGIT = len(DIGIT_NAMES)
"""The output that says so; the ten before it are the digits."""
DOUBTED = 0.5
"""The doubt above which the ink may be no digit. The last layer's bias was set so that it is
here."""
MOST_BYTES = 150_000
"""Limit for each of the two files."""


class Measured(BaseModel):
    """Number of pictures in a collection, and of those flagged when the detector was made."""

    model_config = ConfigDict(frozen=True)

    pictures: int = Field(ge=1)
    flagged: int = Field(ge=0)


class Record(BaseModel):
    """The network's description, its origin, and its measured figures."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    model: Model
    """The model, in an experiment's format; nnlab/web/forward.js builds it from `model.layers`."""
    input_shape: tuple[int, ...]
    no_digit: int = Field(ge=0)
    """The output whose probability is the doubt."""
    doubted: float = Field(gt=0, lt=1)
    learned: dict[str, int]
    """Number of training pictures by kind."""
    measured: dict[str, Measured]
    """Shares of collections that it did not learn from."""
    epochs: int
    seconds: float
    torch: str
    nnlab: str
    processor: str
    made_by: str
    """The command that makes the files again."""
    sha256: str
    """Digest of the weights' file, in hexadecimal digits."""


@dataclass(frozen=True)
class Detector:
    """The network in evaluation mode on the CPU, and its record."""

    network: nn.Sequential
    record: Record


def doubt(picture: NDArray[np.float32]) -> float:
    """Return the probability of several digits in a picture, or none; doubted from `DOUBTED` on.

    Args:
        picture: float32 [28, 28] in [0, 1], as `nnlab.drawing` prepares it.

    Raises:
        NnlabError: the detector's files are absent or damaged.
    """
    return float(doubts(detector().network, picture[None])[0])


@torch.inference_mode()
def doubts(network: nn.Module, pictures: NDArray[np.float32]) -> NDArray[np.float64]:
    """The doubt of each of the pictures [n, 28, 28] by a detector's network: float64 [n]."""
    outputs = network(torch.from_numpy(np.ascontiguousarray(pictures))[:, None])
    return outputs.double().softmax(1)[:, NO_DIGIT].numpy()


@lru_cache(maxsize=1)
def detector(folder: Path = FOLDER) -> Detector:
    """The detector that ships.

    Raises:
        NnlabError: a file is absent or damaged; the message says which, and how to fix it.
    """
    path, record_path = folder / f"{NAME}.safetensors", folder / f"{NAME}.json"
    try:
        record = Record.model_validate_json(_read(record_path))
    except ValidationError as error:
        raise _damaged(record_path, str(error.errors()[0]["msg"])) from error
    weights = _read(path)
    if hashlib.sha256(weights).hexdigest() != record.sha256:
        raise _damaged(path, _("it is not the file that its record names"))
    network = build(record.model, record.input_shape)
    try:
        network.load_state_dict(safetensors.torch.load(weights))
    except (SafetensorError, RuntimeError) as error:
        raise _damaged(path, str(error)) from error
    return Detector(network.eval(), record)


def _read(path: Path) -> bytes:
    try:
        content = read_plain(path, MOST_BYTES + 1)
    except OSError as error:
        raise _damaged(path, error.strerror or str(error)) from error
    if len(content) > MOST_BYTES:
        raise _damaged(path, _("it is larger than {most:,} bytes", most=MOST_BYTES))
    return content


def _damaged(path: Path, reason: str) -> NnlabError:
    return NnlabError(
        _(
            "What tells digits from other ink cannot be read: {path}: {reason}. Restore the file"
            " (git checkout, or install nnlab again).",
            path=path,
            reason=reason,
        )
    )
