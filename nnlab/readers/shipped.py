"""A shipped reader, read and checked."""

import hashlib
import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nnlab.config import Experiment
from nnlab.errors import InvalidExperimentError, NnlabError
from nnlab.files import read_plain
from nnlab.texts import _

FOLDER = Path(__file__).parent
NAMES = ("draw-ready",)
"""Each is the id of the recipe that trained it, too."""
MOST_BYTES = 400_000
"""Largest size of the weights in bytes."""
MOST_RECORD_BYTES = 100_000
METADATA = "__metadata__"
KEPT_BESIDE = (".running_mean", ".running_var", ".num_batches_tracked")
"""Ends the name of what batch norm measures, and does not learn."""


class Record(BaseModel):
    """The run that made a reader. Shares are in [0, 1]."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    recipe: str
    run: str = ""
    """Id of the run where it was trained."""
    experiment: dict[str, Any]
    step: int = Field(ge=1)
    epochs: int = Field(ge=1)
    seconds: float = Field(ge=0, allow_inf_nan=False)
    train_loss: float | None = None
    val_accuracy: float = Field(ge=0, le=1)
    test_accuracy: float = Field(ge=0, le=1)
    """Accuracy on the data's own test pictures: MNIST's 10,000."""
    torch: str
    nnlab: str
    processor: str
    made_by: str
    """The command that makes the files again."""
    sha256: str | None = None
    """SHA-256 of the weights' file, in hexadecimal digits."""


@dataclass(frozen=True)
class Shipped:
    """A reader: what it is, and its weights."""

    name: str
    record: Record
    experiment: Experiment
    weights: bytes
    """The weights as safetensors writes them: float32."""
    parameters: int
    """Weights and biases; what a layer keeps beside them is not among them."""


@lru_cache(maxsize=len(NAMES))
def shipped(name: str, folder: Path = FOLDER) -> Shipped:
    """The reader of that name, one of `NAMES`.

    Raises:
        NnlabError: a file is absent or damaged; says which, and how to mend it.
    """
    record = _record(folder / f"{name}.json")
    path = folder / f"{name}.safetensors"
    weights = _read(path, MOST_BYTES)
    found = hashlib.sha256(weights).hexdigest()
    if record.sha256 is not None and found != record.sha256:
        raise _damaged(
            path,
            _("its sha256 is {found} and not {recorded}", found=found, recorded=record.sha256),
        )
    try:
        experiment = Experiment.from_json(json.dumps(record.experiment))
    except InvalidExperimentError as error:
        raise _damaged(path.with_suffix(".json"), str(error)) from error
    return Shipped(name, record, experiment, weights, _count(path, weights))


def with_step(weights: bytes, step: int) -> bytes:
    """The same weights in a file that says their step, as the newest weights of a run do."""
    header, numbers = _parts(weights)
    header[METADATA] = {**header.get(METADATA, {}), "step": str(step)}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + numbers


def _record(path: Path) -> Record:
    try:
        return Record.model_validate_json(_read(path, MOST_RECORD_BYTES))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _damaged(path, f"{where}: {first['msg']}") from error


def _read(path: Path, most: int) -> bytes:
    try:
        content = read_plain(path, most + 1)
    except OSError as error:
        raise _damaged(path, error.strerror or str(error)) from error
    if len(content) > most:
        raise _damaged(path, _("it is larger than {most:,} bytes", most=most))
    return content


def _count(path: Path, weights: bytes) -> int:
    """The parameters. All numbers that the file says it holds have to fill it exactly."""
    try:
        header, numbers = _parts(weights)
        tensors = {name: header[name] for name in header if name != METADATA}
        kinds = {str(tensor["dtype"]) for tensor in tensors.values()}
        sizes = {name: math.prod(map(int, one["shape"])) for name, one in tensors.items()}
        count = sum(sizes.values())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(path, _("it is no file of safetensors")) from error
    if kinds != {"F32"} or 4 * count != len(numbers):
        raise _damaged(
            path,
            _(
                "it speaks of {count:,} numbers of 4 bytes, and {size:,} bytes follow",
                count=count,
                size=len(numbers),
            ),
        )
    return sum(size for name, size in sizes.items() if not name.endswith(KEPT_BESIDE))


def _parts(weights: bytes) -> tuple[dict[str, Any], bytes]:
    """The header of a file of safetensors (https://huggingface.co/docs/safetensors), and the rest.

    Raises:
        ValueError: it has none.
    """
    length = int.from_bytes(weights[:8], "little")
    if len(weights) < 8 + length:
        raise ValueError(length)
    header = json.loads(weights[8 : 8 + length])
    if not isinstance(header, dict):
        raise TypeError(type(header))
    return header, weights[8 + length :]


def _damaged(path: Path, reason: str) -> NnlabError:
    return NnlabError(
        _(
            "The reader that ships with nnlab cannot be read: {path}: {reason}. Restore the file"
            " (git checkout, or install nnlab again), or train a reader of your own.",
            path=path,
            reason=reason,
        )
    )
