"""The picture of a race in the browser: what it gets, and what it says back."""

import base64
from functools import cache
from pathlib import Path as File
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.components.v2.types import ComponentRenderer

from nnlab.figures import theme
from nnlab.learn.optimizers.objective import Objective
from nnlab.learn.optimizers.race import RACERS, Path
from nnlab.learn.optimizers.shades import shades
from nnlab.texts import _
from nnlab.ui.components.component import component
from nnlab.ui.learn.chapters.optimizers.controls import Settings, move_start
from nnlab.ui.learn.chapters.optimizers.minimised import Subject
from nnlab.ui.runtime.cache import kept
from nnlab.ui.session.widgets import elements

KEY = "learn_optimizers_picture"
STYLE = File(__file__).with_name("race.css")
MARKS = ("circle", "square", "diamond", "up", "down", "star")
LIGHT = ("#31333F", "#0072B2", "#00795A", "#C24E00", "#B5179E", "#6B3FD4")
DARK = ("#FAFAFA", "#56B4E9", "#3DDBA5", "#FF9F45", "#F58FE0", "#B79CFF")
"""Six colours, each at least 3 : 1 against the paper; marks tell the six apart as well."""
COURSE_HEIGHT = 150


def show_race(subject: Subject, settings: Settings, paths: tuple[Path, ...], words: str) -> None:
    """Draw the picture, below its line of PyTorch; a dragged start comes to `controls`."""

    def started() -> None:
        place = elements[KEY].start
        if place is not None:
            move_start(subject, place)

    if subject.formula is not None:
        st.code(f"f = {subject.formula.code}", language="python", wrap_lines=True)
    dark = st.context.theme.type == "dark"
    data = payload(subject, settings, paths, words, dark=dark)
    _component()(key=KEY, data=data, on_start_change=started)


def payload(
    subject: Subject, settings: Settings, paths: tuple[Path, ...], words: str, *, dark: bool
) -> dict[str, Any]:
    """Return the data for nnlab/web/learn/optimizers.js; arrays as base64, little-endian."""
    objective = subject.objective
    ends = zip(objective.low, objective.high, strict=True)
    return {
        **_picture(objective),
        "subject": subject.id,
        "axes": subject.axes,
        "low": objective.low,
        "high": objective.high,
        "trail": subject.trail,
        "start": settings.start,
        "grain": [(high - low) * 1e-4 for low, high in ends],
        "steps": settings.steps,
        "racers": _racers(paths, dark),
        "colours": _colours(dark),
        "course_height": COURSE_HEIGHT,
        "alt": _(
            "The ways of the optimizers over {axes}. {words}",
            axes=", ".join(subject.axes),
            words=words,
        ),
        "course_alt": _("How far f is above its lowest after each step. {words}", words=words),
    }


@kept
def _picture(objective: Objective) -> dict[str, Any]:
    values = objective.picture()
    finite = values[np.isfinite(values)]
    if objective.dimensions == 1:
        low, high = float(finite.min()), float(finite.max())
        room = 0.08 * (high - low or 1)
        minima = [
            [*place, float(np.interp(place[0], _line(objective), values))]
            for place in objective.minima
        ]
        return {
            "dimensions": 1,
            "picture": _packed(values, np.float32),
            "side": len(values),
            "heights": [low - room, high + room],
            "minima": minima,
            "lowest": low,
        }
    return {
        "dimensions": 2,
        "picture": _packed(shades(values), np.float32),
        "side": objective.side,
        "heights": None,
        "minima": objective.minima,
        "lowest": float(finite.min()),
    }


def _line(objective: Objective) -> NDArray[np.float64]:
    return np.linspace(objective.low[0], objective.high[0], len(objective.picture()))


def _racers(paths: tuple[Path, ...], dark: bool) -> list[dict[str, Any]]:
    colours = DARK if dark else LIGHT
    return [
        {
            "name": _(name),
            "mark": mark,
            "colour": colour,
            "points": _packed(path.points, np.float32),
            "values": _packed(path.values, np.float64),
            "rates": _packed(path.rates, np.float64),
            "diverged": path.diverged_at,
        }
        for name, mark, colour, path in zip(RACERS.values(), MARKS, colours, paths, strict=True)
    ]


def _colours(dark: bool) -> dict[str, str]:
    return {
        "ink": theme.ink(dark),
        "quiet": theme.quiet(dark),
        "paper": theme.paper(dark),
        "high": "#3B4050" if dark else "#C3C8D6",
        "line": "#2A2E3A" if dark else "#DADDE6",
        "none": theme.faint(dark),
    }


def _packed(values: NDArray[Any], kind: type[np.floating[Any]]) -> str:
    with np.errstate(over="ignore"):  # what is too large for a float32 is far off the picture
        return base64.b64encode(values.astype(kind).tobytes()).decode()


@cache
def _component() -> ComponentRenderer:
    return component("race", "learn/optimizers.js", style=STYLE.read_text("utf-8"))
