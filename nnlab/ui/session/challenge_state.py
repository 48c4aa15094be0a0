"""A session's state of the challenge on the class's page."""

from dataclasses import dataclass
from typing import ClassVar

from nnlab.ui.session.typed import of_session


@dataclass
class ChallengeState:
    """The challenge's part of the page."""

    KEY: ClassVar[str] = "challenge"

    asking: str | None = None
    """The action that awaits confirmation: `reveal`, `withdraw`, or the id of a run to hand in."""
    notice: str | None = None
    """A word on what just happened."""
    refusal: str | None = None
    """Why what was asked for last was not done."""


def challenge_state() -> ChallengeState:
    """Return the state of this session."""
    return of_session(ChallengeState)
