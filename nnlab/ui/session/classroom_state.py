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
    """In which section that was, and when, in seconds of `time.monotonic`."""

    def tell(self, said: str = "", failed: Iterable[str] = ()) -> None:
        """Show what an action came to, in its section and for a while.

        What the class does meanwhile makes the page run again: shown once, it would not be read.
        """
        self.said, self.failed = said, list(failed)
        self.told = self.section, time.monotonic()

    def forget_old(self) -> None:
        """Say no more what another section's action came to, or one of some time ago."""
        section, at = self.told
        if section != self.section or time.monotonic() - at > SHOWN_SECONDS:
            self.said, self.failed = "", []


def classroom_state() -> ClassroomState:
    """Return the state of this session."""
    return of_session(ClassroomState)
