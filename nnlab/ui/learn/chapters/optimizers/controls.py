"""The controls of the race: rates, schedule, steps, start, momentum."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from nnlab.config import (
    CosineSchedule,
    ExponentialSchedule,
    OneCycleSchedule,
    Optimizer,
    Schedule,
    StepSchedule,
)
from nnlab.learn.optimizers.race import RACERS, optimizer_of
from nnlab.scene.words import SCHEDULES
from nnlab.texts import _, number
from nnlab.ui.learn.chapters.optimizers.minimised import Subject
from nnlab.ui.learn.chapters.optimizers.subject import CHOICES, name_of
from nnlab.ui.session.widgets import learn as widgets

FACTORS = tuple(
    float(f"{digit}e{power}") for power in range(-2, 3) for digit in (1, 1.5, 2, 3, 5, 7)
)[:25]
"""Factors for all rates: 0.01 to 100."""
STEPS = (50, 100, 200, 500)
CONSTANT = "constant"
MOST_RATE = 10.0


@dataclass(frozen=True)
class Settings:
    """One race."""

    start: tuple[float, ...]
    optimizers: tuple[Optimizer, ...]
    """In the order of `RACERS`."""
    schedule: Schedule | None
    steps: int
    momentum: float


def show_choice() -> str:
    """The list of what the optimizers run on, with the factor and the schedule beside it."""
    left, middle, right = st.columns([4, 3, 3], vertical_alignment="bottom")
    widgets.hold("optimizers_function", next(iter(CHOICES)))
    widgets.hold("optimizers_schedule", CONSTANT)
    chosen = left.selectbox(
        _("Function"),
        list(CHOICES),
        format_func=name_of,
        key=widgets.key("optimizers_function"),
        on_change=_begin_anew,
    )
    widgets.hold("optimizers_factor", 1.0)
    middle.select_slider(
        _("All rates times"),
        FACTORS,
        format_func=number,
        key=widgets.key("optimizers_factor"),
        help=_("From one hundredth to a hundredfold of the rates that the table lists."),
    )
    right.selectbox(
        _("Schedule"),
        [CONSTANT, *SCHEDULES],
        format_func=lambda kind: SCHEDULES.get(kind) or _("none: the rate stays"),
        key=widgets.key("optimizers_schedule"),
        help=_("How the rates change over the race; each step counts as an epoch."),
    )
    return chosen


def _begin_anew() -> None:
    widgets["optimizers_factor"] = 1.0
    widgets.forget("optimizers_start_x", "optimizers_start_y")


def show_more(subject: Subject) -> Settings:
    """Start, steps, momentum and the rate of each, folded, and what all that makes."""
    with st.expander(_("Start, steps, momentum and each rate, by number")):
        start = _show_start(subject)
        left, right = st.columns(2)
        widgets.hold("optimizers_steps", 200)
        steps = left.select_slider(_("Steps"), STEPS, key=widgets.key("optimizers_steps"))
        widgets.hold("optimizers_momentum", 0.9)
        momentum = right.slider(
            _("Momentum"),
            0.1,
            0.99,
            step=0.01,
            key=widgets.key("optimizers_momentum"),
            help=_("β of plain and of Nesterov's momentum."),
        )
        rates = _show_rates(subject)
    factor = widgets["optimizers_factor"]
    optimizers = tuple(optimizer_of(one, rate * factor, momentum) for one, rate in rates.items())
    schedule = SCHEDULE_OF.get(widgets["optimizers_schedule"], lambda _steps: None)(steps)
    return Settings(start, optimizers, schedule, steps, momentum)


SCHEDULE_OF: dict[str, Callable[[int], Schedule | None]] = {
    "step": lambda steps: StepSchedule(step_size=steps // 4, gamma=0.5),
    "exponential": lambda steps: ExponentialSchedule(gamma=round(0.01 ** (1 / steps), 4)),
    "cosine": lambda _steps: CosineSchedule(),
    "one_cycle": lambda _steps: OneCycleSchedule(),
}
"""A schedule for so many steps."""


def _show_start(subject: Subject) -> tuple[float, ...]:
    objective = subject.objective
    places = st.columns(len(subject.axes))
    start = []
    for at, (name, place) in enumerate(zip(subject.axes, places, strict=True)):
        low, high = objective.low[at], objective.high[at]
        key = subject.start_key(at)
        held = widgets.get(key)
        if not isinstance(held, float) or not low <= held <= high:
            widgets[key] = objective.start[at]
        start.append(
            place.number_input(
                _("Start {axis}", axis=name),
                low,
                high,
                key=widgets.key(key),
                step=(high - low) / 40,
                format="%.6g",
            )
        )
    return tuple(start)


def move_start(subject: Subject, place: object) -> None:
    """Apply a dragged start: clamp one outside the picture, ignore an invalid one."""
    objective = subject.objective
    if not (
        isinstance(place, list)
        and len(place) == objective.dimensions
        and all(isinstance(value, int | float) and abs(value) < math.inf for value in place)
    ):
        return
    for at, value in enumerate(place):
        inside = float(min(objective.high[at], max(objective.low[at], value)))
        widgets[subject.start_key(at)] = float(f"{inside:.6g}")


def _show_rates(subject: Subject) -> dict[str, float]:
    st.caption(_("Learning rates, before they are multiplied:"))
    rates = {}
    for row in (tuple(RACERS)[:3], tuple(RACERS)[3:]):
        for racer, place in zip(row, st.columns(3), strict=True):
            key = f"optimizers_rate_{subject.id}_{racer}"
            widgets.hold(key, subject.rates[racer])
            rates[racer] = place.number_input(
                _(RACERS[racer]), 1e-6, MOST_RATE, key=widgets.key(key), step=0.01, format="%g"
            )
    return rates
