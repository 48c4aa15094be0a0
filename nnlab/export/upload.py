"""Weights that somebody brings: read only from forms that cannot carry code.

`.safetensors`, `.pt` and `.pth` (`nnlab.export.pt_file`), and the lab's own `.zip`. A `.pt2` runs
code when it is loaded (tried), and so does a pickle: both are refused by their names and by what is
in them. Sizes and shapes are compared before anything is built, unpacked or looked through.
"""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from nnlab.config import Experiment
from nnlab.data.description import describe
from nnlab.errors import InvalidExperimentError, NnlabError, shortened
from nnlab.export.pt_file import NotTensorsError, read_state_dict
from nnlab.export.weights import WEIGHTS
from nnlab.models import skeleton
from nnlab.runs.store import EXPERIMENT
from nnlab.texts import N_, _

MAX_BYTES = 20 * 2**20
"""Limit for a file and its unpacked content: the largest network of the lab, with its names
(`nnlab.models.budget.OF_PICTURES`, 4 bytes a number)."""
MAX_EXPERIMENT_BYTES = 2**20
MAX_ENTRIES = 1000
"""Limit for an archive; torch.save makes one entry for each tensor, and a few."""
MAX_HEADER = 2**18
"""Bytes of what a .safetensors file says of its tensors: some two thousand."""
TAKEN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing; LZMA would take as much memory as the file says."""
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    OverflowError,
    ValueError,
    KeyError,
)
"""Exceptions of zipfile for damaged archives."""

FORMS = N_(".safetensors, .pt, .pth, or a .zip that this lab has exported")


class UploadRefusedError(NnlabError):
    """A file that is not taken, and why."""


@dataclass(frozen=True)
class Upload:
    """The content of a file. Only a `.zip` describes the network of the weights."""

    weights: dict[str, Tensor]
    experiment: Experiment | None


def read_upload(name: str, data: bytes) -> Upload:
    """The weights in an uploaded file, by the names of a `state_dict`; nothing in it is run.

    Raises:
        UploadRefusedError: another form, too large, damaged, not tensors alone, or (in a `.zip`)
            weights that do not fit the experiment beside them; says which and why.
    """
    suffix = PurePath(name).suffix.lower()
    if len(data) > MAX_BYTES:
        raise _refused(
            name,
            _(
                "it may have {most} MB, it has {size:,.0f} MB: the largest network here has less",
                most=MAX_BYTES // 2**20,
                size=len(data) / 2**20,
            ),
        )
    match suffix:
        case ".safetensors":
            return Upload(_read_safetensors(name, data), None)
        case ".pt" | ".pth":
            return Upload(_read_pt(name, data), None)
        case ".zip":
            return _read_zip(name, data)
        case ".pt2":
            reason = _("loading a .pt2 runs code that is in it. Export the network as .zip instead")
        case ".pkl" | ".pickle" | ".joblib":
            reason = _("a pickle can carry code. Save network.state_dict() as .safetensors or .pt")
        case _:
            reason = _(
                "it may be {forms}, its name ends in '{suffix}'", forms=_(FORMS), suffix=suffix
            )
    raise _refused(name, reason)


def must_fit(experiment: Experiment, weights: dict[str, Tensor], name: str | None = None) -> None:
    """Check that the weights fit the experiment's network: names, shapes, types, finite values.

    Raises:
        UploadRefusedError: the first layer that does not fit, what it needs and what was found.
        InvalidExperimentError: the layers do not fit each other.
    """
    name = _("the weights") if name is None else name
    needed = skeleton(experiment.model, describe(experiment.data).input_shape).state_dict()
    for key in [*needed, *(key for key in weights if key not in needed)]:
        expected, received = _describe(needed.get(key)), _describe(weights.get(key))
        if expected != received:
            raise _refused(
                name,
                _(
                    "{place} is {expected} in the network, {received} here",
                    place=_place(experiment, key),
                    expected=expected,
                    received=received,
                ),
            )
    for key in needed:
        if not bool(torch.isfinite(weights[key]).all()):
            place = _place(experiment, key)
            raise _refused(name, _("{place} holds values that are not finite", place=place))


def _read_safetensors(name: str, data: bytes) -> dict[str, Tensor]:
    said = int.from_bytes(data[:8], "little")
    if MAX_HEADER < said <= len(data):  # what says more than there is is refused unread below
        most = MAX_HEADER // 1024
        raise _refused(name, _("it says more than {most} kB about its tensors", most=most))
    try:
        return load(data)
    except (SafetensorError, ValueError, KeyError, RuntimeError, OverflowError) as error:
        reason = _("it is no whole safetensors file ({error})", error=shortened(error))
        raise _refused(name, reason) from error


def _read_pt(name: str, data: bytes) -> dict[str, Tensor]:
    """Return the tensors of a `.pt` archive that does not unpack to more than its size.

    The older form, a bare pickle, is refused unread.
    """
    with _opened(name, data) as archive:
        for entry in archive.infolist():
            if entry.compress_type != zipfile.ZIP_STORED:
                raise _refused(name, _("it is compressed, which torch.save never does"))
        try:
            if sum(entry.file_size for entry in archive.infolist()) > len(data):
                raise NotTensorsError(_("its entries lie upon each other"))
            found = read_state_dict(archive)
        except (NotTensorsError, *UNREADABLE) as error:
            raise _refused(
                name,
                _(
                    "it holds more than tensors, or is damaged ({error}). Save network.state_dict()"
                    " with torch.save, or as .safetensors",
                    error=shortened(error),
                ),
            ) from error
    if not isinstance(found, dict) or not found:
        raise _refused(name, _("it must hold a state_dict, tensors by name"))
    weights: dict[str, Tensor] = {}
    for key, value in found.items():
        if not isinstance(value, Tensor):
            raise _refused(
                name,
                _(
                    "'{key}' in it is no plain tensor: save network.state_dict()",
                    key=shortened(key),
                ),
            )
        weights[key] = value
    return weights


def _read_zip(name: str, data: bytes) -> Upload:
    limits = {EXPERIMENT: MAX_EXPERIMENT_BYTES, WEIGHTS: MAX_BYTES}
    with _opened(name, data) as archive:
        names = [entry.filename for entry in archive.infolist()]
        if sorted(names) != sorted(limits):
            shown = ", ".join(repr(shortened(entry)) for entry in names[:5]) or _("nothing")
            raise _refused(
                name,
                _(
                    "it must hold {experiment} and {weights} alone, it holds {shown}",
                    experiment=EXPERIMENT,
                    weights=WEIGHTS,
                    shown=shown,
                ),
            )
        if any(entry.compress_type not in TAKEN for entry in archive.infolist()):
            raise _refused(name, _("it is packed otherwise than by deflate: export it anew"))
        parts = {entry: _unpacked(name, archive, entry, limits[entry]) for entry in names}
    try:
        experiment = Experiment.from_json(parts[EXPERIMENT])
        weights = _read_safetensors(f"{name}/{WEIGHTS}", parts[WEIGHTS])
        must_fit(experiment, weights, name)
    except InvalidExperimentError as error:
        reason = _("{file} in it is not valid: {error}", file=EXPERIMENT, error=error)
        raise _refused(name, reason) from error
    return Upload(weights, experiment)


def _opened(name: str, data: bytes) -> zipfile.ZipFile:
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:  # as each entry of the directory begins
        raise _refused(name, _("it holds more than {most:,} files", most=MAX_ENTRIES))
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except UNREADABLE as error:
        raise _refused(
            name,
            _(
                "it is not the archive that such a file is ({error}); it may be {forms}",
                error=shortened(error),
                forms=_(FORMS),
            ),
        ) from error


def _unpacked(name: str, archive: zipfile.ZipFile, entry: str, limit: int) -> bytes:
    """Return a file of the archive, at most `limit` bytes, whatever size the archive says."""
    try:
        with archive.open(entry) as file:
            content = file.read(limit + 1)
    except UNREADABLE as error:
        reason = _("{file} in it cannot be read ({error})", file=entry, error=shortened(error))
        raise _refused(name, reason) from error
    if len(content) > limit:
        most = limit // 2**20
        raise _refused(
            name, _("{file} in it unpacks to more than {most} MB", file=entry, most=most)
        )
    return content


def _refused(name: str, reason: str) -> UploadRefusedError:
    return UploadRefusedError(
        _("'{name}' is not taken: {reason}.", name=shortened(PurePath(name).name), reason=reason)
    )


def _describe(tensor: Tensor | None) -> str:
    if tensor is None:
        return _("absent")
    size = shortened("×".join(str(side) for side in tensor.shape)) or _("a single number")
    return f"{size} ({str(tensor.dtype).removeprefix('torch.')})"


def _place(experiment: Experiment, key: str) -> str:
    """`layer 3 (linear) weight`, as pages number them."""
    index, _dot, parameter = key.partition(".")
    layers = experiment.model.layers
    if index.isdecimal() and int(index) < len(layers):
        return _(
            "layer {number} ({kind}) {parameter}",
            number=int(index) + 1,
            kind=layers[int(index)].kind,
            parameter=shortened(parameter),
        )
    return f"'{shortened(key)}'"
