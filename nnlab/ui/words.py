"""Format names and times for people."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from nnlab.texts import N_, _
from nnlab.visible import MARKS, isolated, visible

FIRST_MARK = re.compile(r"^([-+=]|\d+(?=[.)]))")
"""The beginning of a Markdown list, rule or heading."""
SIGNS = re.compile(r":(?=[^\s\d]|\d\w*:)|@(?=[\w-])|\bwww(?=\.)", re.IGNORECASE)
"""Texts that Streamlit interprets in spite of a backslash: addresses, `:smile:`, `:material/home:`,
`:red[…]`."""
JOINER = "\u2060"
"""A character of no width, which occurs in no emoji name and no address."""
MONTHS = (
    *(N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun")),
    *(N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")),
)

FIGURES = {
    "train_loss": N_("training loss"),
    "train_accuracy": N_("training accuracy"),
    "val_loss": N_("validation loss"),
    "val_accuracy": N_("validation accuracy"),
}
ONLY_AT_THE_END = {
    "test_loss": N_("test loss"),
    "test_accuracy": N_("test accuracy"),
    "best_val_loss": N_("best validation loss"),
    "best_val_accuracy": N_("best validation accuracy"),
    "best_epoch": N_("best epoch"),
}
"""Each figure by the name that events have for it; goes through `_` when it is shown."""


def plain(text: str) -> str:
    """Escape a text from outside so that Markdown shows it literally, in one line."""
    line = MARKS.sub(r"\\\g<0>", " ".join(visible(text).split()))
    line = SIGNS.sub(rf"\g<0>{JOINER}", line)
    return isolated(FIRST_MARK.sub(_escaped_first, line))


def _escaped_first(mark: re.Match[str]) -> str:
    return f"{mark[0]}\\" if mark[0].isdigit() else f"\\{mark[0]}"


def moment(seconds: float) -> str:
    """`21 Nov, 14:03` by the clock of the person at the screen; with the year where it is another.

    `seconds` are since 1970.
    """
    zone = _zone()
    then, now = datetime.fromtimestamp(seconds, zone), datetime.now(zone)
    month, time = _(MONTHS[then.month - 1]), f"{then:%H:%M}"
    if then.year == now.year:
        return _("{day} {month}, {time}", day=then.day, month=month, time=time)
    return _("{day} {month} {year}, {time}", day=then.day, month=month, year=then.year, time=time)


def duration(seconds: float) -> str:
    """Format a duration: `4.2 s`, `3 min 20 s`, `2 h 05 min`."""
    if seconds < 59.95:
        return _("{seconds:.1f} s", seconds=seconds)
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return _("{minutes} min {seconds:02d} s", minutes=minutes, seconds=rest)
    return _("{hours} h {minutes:02d} min", hours=minutes // 60, minutes=minutes % 60)


def about(seconds: float) -> str:
    """A time with one significant digit: `4 s`, `40 s`, `2 min`, `3 h`."""
    rounded = float(f"{max(1.0, seconds):.0e}")
    if rounded < 60:
        return _("{n:,} s", n=round(rounded))
    minutes = float(f"{seconds / 60:.0e}")
    if minutes < 60:
        return _("{n:,} min", n=max(1, round(minutes)))
    return _("{n:,} h", n=max(1, round(float(f"{seconds / 3600:.0e}"))))


def _zone() -> ZoneInfo | None:
    name = st.context.timezone
    if not name:
        return None  # the server's own
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
