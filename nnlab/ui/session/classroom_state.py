"""A session's state of the class's page."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from nnlab.ui.session.typed import of_session

SHOWN_SECONDS = 20.0


@dataclass
class ClassroomState:
    """See the module."""

    section: str | None = None
    """The part of the page that is shown; None: the page chooses."""
    said: str = ""
    """The result of the last action."""
    failed: list[str] = field(default_factory=list)
    """The failures of the last action."""
    told: tuple[str | None, float] = (None, 0.0)
    """The section and time of that action, in seconds of `time.monotonic`."""

    def tell(self, said: str = "", failed: Iterable[str] = ()) -> None:
        """Show the result of an action in its section, for `SHOWN_SECONDS`.

        What the class does meanwhile makes the page run again: shown once, it would not be read.
        """
        self.said, self.failed = said, list(failed)
        self.told = self.section, time.monotonic()

    def forget_old(self) -> None:
        """Remove a result that is old, or that belongs to another section."""
        section, at = self.told
        if section != self.section or time.monotonic() - at > SHOWN_SECONDS:
            self.said, self.failed = "", []


def classroom_state() -> ClassroomState:
    """Return the state of this session."""
    return of_session(ClassroomState)
