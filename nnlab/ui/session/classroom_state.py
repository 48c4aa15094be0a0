"""What a session remembers of the class's page."""

from dataclasses import dataclass, field

from nnlab.ui.session.typed import of_session


@dataclass
class ClassroomState:
    """See the module."""

    section: str | None = None
    """The part of the page that is shown; None: the page chooses."""
    said: str = ""
    """What the last action came to, shown once."""
    failed: list[str] = field(default_factory=list)
    """What went wrong in it."""


def classroom_state() -> ClassroomState:
    """Of this session."""
    return of_session(ClassroomState)
