"""The parts sent for each chart of a session, and the clicks already handled."""

from dataclasses import dataclass, field

from nnlab.ui.session.typed import of_session


@dataclass
class ChartState:
    """State of one chart."""

    heard: float = 0
    """The number of the newest click that was handled."""
    sent: dict[str, tuple[str, int]] = field(default_factory=dict)
    """For each part of the figure, the name of what was sent last, and how often."""


@dataclass
class Charts:
    """All charts of a session, by their keys."""

    by_key: dict[str, ChartState] = field(default_factory=dict)


def chart_state(key: str) -> ChartState:
    """The state of a chart, kept from frame to frame."""
    return of_session(Charts).by_key.setdefault(key, ChartState())
