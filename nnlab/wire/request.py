"""A viewer's request: the position in the events, the weights known, and the tensors wanted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nnlab.texts import _
from nnlab.wire.refusals import RefusedError, bad_request, too_long

MESSAGE_BYTES = 4096
MAX_PARTS = 64
MAX_NAME = 100
MAX_VERSION = 100
MAX_OFFSET = 2**63 - 1


@dataclass(frozen=True)
class WireRequest:
    """See docs/wire.md, "What the browser asks for"."""

    offset: int = 0
    """Bytes of `events.jsonl`, 0 to 2⁶³ − 1."""
    version: str = ""
    parts: tuple[str, ...] | None = None
    """Names of tensors, each once; None for all of them."""


def from_message(text: str | bytes | None) -> WireRequest:
    """Parse a socket's message.

    Args:
        text: None and bytes (a message that is not text) are refused.

    Raises:
        RefusedError: it is no request, or longer than 4,096 bytes.
    """
    said = object_of(text)
    return WireRequest(
        offset=_offset(said.get("offset", 0)),
        version=_version(said.get("version", "")),
        parts=_parts(said.get("parts")),
    )


def object_of(text: str | bytes | None) -> dict[str, Any]:
    """The JSON object that a message is. Raises as `from_message`."""
    if text is None or isinstance(text, bytes):
        if text is not None and len(text) > MESSAGE_BYTES:
            raise too_long(MESSAGE_BYTES)
        raise bad_request(_("A request is text, got binary data."))
    if len(text) > MESSAGE_BYTES or len(text.encode(errors="surrogatepass")) > MESSAGE_BYTES:
        raise too_long(MESSAGE_BYTES)
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise bad_request(_("A request is a JSON object, got {text!r}.", text=text[:40])) from None
    if not isinstance(said, dict):
        raise bad_request(_("A request is a JSON object, got {text!r}.", text=text[:40]))
    return said


def from_query(query: Mapping[str, str]) -> WireRequest:
    """Parse the query of a plain request. Raises as `from_message`."""
    offset, parts = query.get("offset", "0"), query.get("parts")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 20):
        raise _bad_offset(offset)
    return WireRequest(
        offset=_offset(int(offset)),
        version=_version(query.get("version", "")),
        parts=None if parts is None else _parts([name for name in parts.split(",") if name]),
    )


def _offset(said: object) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said <= MAX_OFFSET:
        raise _bad_offset(said)
    return said


def _bad_offset(said: object) -> RefusedError:
    return bad_request(_("offset is a number of bytes from 0, got {said}.", said=repr(said)[:40]))


def _version(said: object) -> str:
    if not isinstance(said, str) or len(said) > MAX_VERSION:
        raise bad_request(
            _("version is the text that came with weights, got {said}.", said=repr(said)[:40])
        )
    return said


def _parts(said: object) -> tuple[str, ...] | None:
    if said is None:
        return None
    if not isinstance(said, list) or len(said) > MAX_PARTS:
        raise bad_request(_("parts are null or at most {most} names.", most=MAX_PARTS))
    if not all(isinstance(name, str) and len(name) <= MAX_NAME for name in said):
        raise bad_request(
            _("parts are names of at most {most} characters.", most=MAX_NAME),
        )
    return tuple(dict.fromkeys(said))
