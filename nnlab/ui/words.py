"""Names and times as a person reads them."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

MARKS = re.compile(r"([\\`*_\[\]:$~<>#|])")
LIST_MARK = re.compile(r"^([-+]|\d+(?=[.)]))")


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
    return f"{then.day} {then:%b}{'' if then.year == now.year else f' {then.year}'}, {then:%H:%M}"


def duration(seconds: float) -> str:
    """`4.2 s`, `3 min 20 s`, `2 h 05 min`."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def _zone() -> ZoneInfo | None:
    name = st.context.timezone
    if not name:
        return None  # the server's own
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
