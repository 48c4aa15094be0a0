"""A chart's figure as the browser gets it: what stays from frame to frame is sent only at first."""

import json
import zlib
from hashlib import blake2b
from typing import Any

from nnlab.ui.session.charts import chart_state

TIMES = 8
"""How often the same part is sent before only its name is: a browser under load skips frames."""

_json = json.JSONEncoder(separators=(",", ":")).encode


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
    told = chart_state(key).sent
    now: dict[str, tuple[str, int]] = {}
    parts = []
    for part, what in (("data", figure["data"]), ("layout", layout), ("images", images)):
        text = _json(what)
        name = blake2b(text.encode(), digest_size=6).hexdigest()
        last, times = told.get(part, ("", 0))
        now[part] = (name, times + 1 if name == last else 1)
        parts.append(f'"{part}":["{name}"{"," + text if now[part][1] <= TIMES else ""}]')
    chart_state(key).sent = now
    head = _json({"key": key, **content})
    return zlib.compress(f'{head[:-1]},"parts":{{{",".join(parts)}}}}}'.encode())


def send_again(key: str) -> None:
    """The browser lacks a part of this chart: the next frames have all of it."""
    chart_state(key).sent = {}
