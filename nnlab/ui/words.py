"""Names and times as a person reads them."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from nnlab.texts import N_, _

MARKS = re.compile(r"([\\`*_\[\]:$~<>#|])")
LIST_MARK = re.compile(r"^([-+]|\d+(?=[.)]))")
MONTHS = (
    *(N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun")),
    *(N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")),
)


def plain(name: str) -> str:
    """A name that a person chose, so that Markdown shows it as it stands."""
    escaped = MARKS.sub(r"\\\1", name)
    mark = LIST_MARK.match(escaped)
    if mark is None:
        return escaped
    end = mark.end()
    return f"\\{escaped}" if mark[0] in "-+" else f"{escaped[:end]}\\{escaped[end:]}"


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
    """`4.2 s`, `3 min 20 s`, `2 h 05 min`."""
    if seconds < 59.95:
        return _("{seconds:.1f} s", seconds=seconds)
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return _("{minutes} min {seconds:02d} s", minutes=minutes, seconds=rest)
    return _("{hours} h {minutes:02d} min", hours=minutes // 60, minutes=minutes % 60)


def _zone() -> ZoneInfo | None:
    name = st.context.timezone
    if not name:
        return None  # the server's own
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
