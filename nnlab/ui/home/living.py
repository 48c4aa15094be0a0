"""The animation of the home page: a recorded training, drawn by the browser."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components.v2.types import ComponentRenderer

from nnlab.figures import theme
from nnlab.figures.boundary import diverging_palette
from nnlab.texts import _
from nnlab.ui.components.component import component

RECORDING_FILE = Path(__file__).with_name("spiral.json")
"""Weights at some moments of the recipe `spiral`; `python -m scripts.home_recording` makes it."""
RECIPE = "spiral"


def show_living(*, dark: bool) -> None:
    """The recording. It plays while it is in sight, until somebody stops it."""
    _component()(
        key="living",
        data={
            "recording": recording(),
            "colours": diverging_palette(dark).tobytes().hex(),
            "ink": theme.ink(dark),
            "faint": theme.quiet(dark),
            "look": {
                "task": "classification",
                "limit": 1.0,
                "discretize": False,
                "orange": theme.ORANGE,
                "blue": theme.winner(dark),
            },
            "alt": _(
                "A recording: sixteen hidden units in two layers, what each gives over the plane,"
                " and beside them the plane itself, where blue and orange curl into a spiral."
            ),
        },
    )


@cache
def recording() -> dict[str, Any]:
    """Return the recording made by `scripts/home_recording.py`."""
    return json.loads(RECORDING_FILE.read_text(encoding="utf-8"))


@cache
def _component() -> ComponentRenderer:
    return component("living", "components/living.js")
