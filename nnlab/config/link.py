"""An experiment or a sweep in a link: `1.` (the version), then its JSON, deflated, in base64."""

import base64
import binascii
import zlib
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from nnlab.config.experiment import Experiment
from nnlab.config.sweep import Sweep
from nnlab.errors import InvalidExperimentError
from nnlab.texts import _

LINK = "x"
"""The parameter that holds the experiment."""
CHAPTER = "chapter"
"""The parameter that names a chapter of the page Learn."""
ATTENTION = "attention"
"""The chapter that is the laboratory of sequences."""
VERSION = "1"
MAX_JSON_BYTES = 256 * 1024
"""A link that unpacks to more than this is refused before it is unpacked whole."""
MAX_LINK = 2 * MAX_JSON_BYTES
"""Characters: more than the longest JSON that deflate cannot shorten takes in base64."""


def to_link(experiment: Experiment | Sweep) -> str:
    """The value of the link's `x` parameter; of a sweep, that of `s`."""
    packed = zlib.compress(experiment.to_json().encode(), 9)
    return f"{VERSION}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def lab_path(lab: str, words: Mapping[str, str]) -> str:
    """A laboratory page with words: `playground?run=…`, `learn?chapter=attention&run=…`."""
    chapter = {CHAPTER: ATTENTION} if lab == "learn" else {}
    return f"{lab}?{urlencode({**chapter, **words}, quote_via=quote, safe=',')}"


def from_link(value: str) -> Experiment:
    """The experiment that a link's `x` parameter holds.

    Raises:
        InvalidExperimentError: another version, a cut or altered link, or what it holds is no
            valid experiment.
    """
    return Experiment.from_json(_unpack(value))


def sweep_from_link(value: str) -> Sweep:
    """The sweep that a link's `s` parameter holds. Raises as `from_link` does."""
    return Sweep.from_json(_unpack(value))


def _unpack(value: str) -> bytes:
    if len(value) > MAX_LINK:
        raise _too_long()
    version, _dot, payload = value.partition(".")
    if version == VERSION and not payload:
        raise InvalidExperimentError(
            _("This link is damaged: nothing follows its version. Copy it again, whole.")
        )
    if version != VERSION:
        raise InvalidExperimentError(
            _(
                "This link is of version '{received}', this lab reads version {version}:"
                " make a new link in a lab of this version.",
                received=version[:20],
                version=VERSION,
            )
        )
    unpacker = zlib.decompressobj()
    try:
        packed = base64.b64decode(
            payload + "=" * (-len(payload) % 4), altchars=b"-_", validate=True
        )
        text = unpacker.decompress(packed, MAX_JSON_BYTES)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise InvalidExperimentError(
            _(
                "This link is damaged ({error}): it was probably cut short. Copy it again, whole.",
                error=error,
            )
        ) from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise _too_long()
    return text


def _too_long() -> InvalidExperimentError:
    return InvalidExperimentError(
        _(
            "This link is damaged or too long (over"
            " {limit} kB of experiment): copy it again, whole.",
            limit=MAX_JSON_BYTES // 1024,
        )
    )
