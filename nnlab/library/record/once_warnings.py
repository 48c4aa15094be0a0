"""A recorder's warnings, each kind once."""

from collections.abc import Callable

from nnlab.library.record.warn import warn
from nnlab.runs.recorded.record import MOST_NOTES


class OnceWarnings:
    """Warns of each kind once, and remembers the texts for the run's own page."""

    def __init__(self) -> None:
        self.notes: tuple[str, ...] = ()
        self.heard: Callable[[], None] = _nobody
        """Called after each new note."""
        self._kinds: set[str] = set()

    def __call__(self, kind: str, text: str) -> None:
        """Say a text, unless something of its kind was said before."""
        if kind in self._kinds or len(self._kinds) >= MOST_NOTES:
            return
        self._kinds.add(kind)
        self.notes += (text,)
        warn(text)
        self.heard()


def _nobody() -> None:
    pass
