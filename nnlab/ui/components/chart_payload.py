"""A chart's figure as the browser gets it: what stays from frame to frame is sent only at first."""

import json
import zlib
from hashlib import blake2b
from typing import Any

import streamlit as st

TIMES = 8
"""How often the same part is sent before only its name is: a browser under load skips frames."""

_json = json.JSONEncoder(separators=(",", ":")).encode

Told = dict[str, tuple[str, int]]
"""For each part of a chart the name of what was sent last, and how often it was."""


def packed(key: str, figure: dict[str, Any], content: dict[str, Any]) -> bytes:
    """Deflated JSON: `content`, and the figure as `{"parts": {part: [name, what]}}`.

    The parts are the traces, the pictures beneath them, and the rest of the layout. A part's name
    is the digest of what is in it. After `TIMES` frames with the same one `what` is left out: the
    browser has it. Where it has not (its frames were lost, its script began anew), it says so, and
    `send_again` makes the next frame whole.

    Args:
        key: of the chart, unique on the page.
        figure: plotly's JSON, of `data` and `layout`.
        content: what else is to be told.
    """
    layout = dict(figure["layout"])
    images = layout.pop("images", [])
    told: Told = st.session_state.get(_told(key), {})
    now: Told = {}
    parts = []
    for part, what in (("data", figure["data"]), ("layout", layout), ("images", images)):
        text = _json(what)
        name = blake2b(text.encode(), digest_size=6).hexdigest()
        last, times = told.get(part, ("", 0))
        now[part] = (name, times + 1 if name == last else 1)
        parts.append(f'"{part}":["{name}"{"," + text if now[part][1] <= TIMES else ""}]')
    st.session_state[_told(key)] = now
    head = _json({"key": key, **content})
    return zlib.compress(f'{head[:-1]},"parts":{{{",".join(parts)}}}}}'.encode())


def send_again(key: str) -> None:
    """The browser lacks a part of this chart: the next frames have all of it."""
    st.session_state.pop(_told(key), None)


def _told(key: str) -> str:
    return f"{key}_told"
