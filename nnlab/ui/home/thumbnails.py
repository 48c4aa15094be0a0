"""A small picture of what each recipe comes to, and how long it takes."""

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

from nnlab.texts import _
from nnlab.ui.words import about

FOLDER = Path(__file__).parent
"""Holds what `python -m scripts.home_thumbnails` made: two sheets of pictures, and their places."""

LIKE = {"search-cnn": "mnist-cnn"}
"""A search trains for minutes: it borrows the picture of what it searches among."""
NO_BREAK = "\u00a0"


def style(*, dark: bool) -> str:
    """A style sheet: whatever has the key `recipe_ID` or `pictured_ID` begins with its picture."""
    rules = "".join(
        f".st-key-recipe_{name}::before,.st-key-pictured_{name}::before"
        f"{{background-position:{across:.3f}% {down:.3f}%}}"
        for name, (across, down) in _places().items()
    )
    return f"<style>:root{{--thumbnails:url({_sheet(dark)})}}{rules}</style>"


def time_of(name: str) -> str:
    """`about 40 s`, on one core; empty where nobody measured it."""
    seconds = _made()["seconds"].get(name)
    return "" if seconds is None else _("about {time}", time=about(seconds)).replace(" ", NO_BREAK)


def processor() -> str:
    """The one that the times were measured on."""
    return str(_made()["processor"])


def _places() -> dict[str, tuple[float, float]]:
    """Return each picture's position as a CSS background: 0 % is the first, 100 % the last."""
    made = _made()
    across, rows = made["across"], made["rows"]
    places = {
        name: (100 * (place % across) / (across - 1), 100 * (place // across) / max(1, rows - 1))
        for place, name in enumerate(made["names"])
    }
    return places | {name: places[like] for name, like in LIKE.items()}


@cache
def _made() -> dict[str, Any]:
    return json.loads((FOLDER / "thumbnails.json").read_text(encoding="utf-8"))


@cache
def _sheet(dark: bool) -> str:
    content = (FOLDER / f"thumbnails-{'dark' if dark else 'light'}.webp").read_bytes()
    return "data:image/webp;base64," + base64.b64encode(content).decode("ascii")
