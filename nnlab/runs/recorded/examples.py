"""The examples that a recorded run keeps, read from a file that may be anybody's."""

import io
import math
import warnings
import zipfile
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nnlab.errors import NnlabError, RunDamagedError
from nnlab.files import read_plain
from nnlab.runs.recorded.record import DATA
from nnlab.runs.run import Run
from nnlab.texts import _

MOST_BYTES = 18 * 2**20
"""Limit for the file, and for each array in it: a recorder keeps at most 16 MB."""
MOST_ROWS = 10_000
HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def recorded_data(run: Run) -> tuple[Tensor, Tensor | None]:
    """The examples and, where there are some, their targets.

    Returns:
        x: [n, *inputs], float32, or int64 where the network takes whole numbers; n at least 1.
        y: [n, …] int64 or float32; None: there are no targets.

    Raises:
        RunDamagedError: the file cannot be read, is too large, or does not fit the record.
        NnlabError: the recorder was given no data.
    """
    record = run.recorded
    try:
        arrays = _arrays(read_plain(run.path / DATA, MOST_BYTES + 1))
        x, y = arrays["x"], arrays.get("y")
        _must(x.ndim > 0 and 0 < len(x) <= MOST_ROWS, _("its shape is {of}", of=x.shape))
        fits = record.inputs is None or tuple(x.shape[1:]) == record.inputs
        _must(fits, _("an example has the shape {of}", of=x.shape[1:]))
        _must(y is None or (y.ndim >= 1 and len(y) == len(x)), _("x and y differ in length"))
    except FileNotFoundError:
        raise NnlabError(
            _("The run {run} has no data: give the recorder some, data=(x, y).", run=run.id)
        ) from None
    except Exception as error:  # of a damaged file zipfile and NumPy raise some twelve kinds
        raise RunDamagedError(
            _(
                "The data {file} of run {run} cannot be read ({error}): delete that file, or record"
                " the run again.",
                file=DATA,
                run=run.id,
                error=str(error)[:200],
            )
        ) from error
    return _tensor(x), None if y is None else _tensor(y)


def _arrays(content: bytes) -> dict[str, np.ndarray]:
    _must(len(content) <= MOST_BYTES, _("more than {most} MB", most=MOST_BYTES // 2**20))
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in ("x", "y"):
            if f"{name}.npy" in archive.namelist():
                found[name] = _array(archive, f"{name}.npy")
    return found


def _array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """Unpacked only once its head has said that it is no larger than what may be unpacked."""
    info = archive.getinfo(name)
    _must(info.file_size <= MOST_BYTES, _("{name} is too large", name=name))
    with archive.open(info) as file:
        unpacked = io.BytesIO(file.read(MOST_BYTES))
    version = np.lib.format.read_magic(unpacked)
    _must(version in HEADERS, _("{name} has another version", name=name))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shape, _order, dtype = HEADERS[version](unpacked)
    _must(dtype.kind in "fiub", _("{name} holds no numbers", name=name))
    size = math.prod(shape) * dtype.itemsize
    left = len(unpacked.getbuffer()) - unpacked.tell()
    _must(min((*shape, 0)) >= 0 and size == left, _("{name} is cut short", name=name))
    unpacked.seek(0)
    return np.lib.format.read_array(unpacked, allow_pickle=False)


def _tensor(values: np.ndarray) -> Tensor:
    kind: Any = np.float32 if values.dtype.kind == "f" else np.int64
    with np.errstate(over="ignore"):  # float64 beyond float32 becomes infinite
        return torch.from_numpy(np.array(values, dtype=kind, order="C"))


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)
