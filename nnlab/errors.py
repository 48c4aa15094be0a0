"""Errors whose text is meant for the person at the screen.

Each message names the constraint, what was received and how to fix it. Pages and the command
line show the text of an `NnlabError` unchanged; any other exception is a bug.

No message is longer than `MAX_MESSAGE`, whatever was received: values that are repeated in one are
cut to `MAX_VALUE`, and a message that is still too long loses its middle.
"""

import difflib
from collections.abc import Iterable
from itertools import islice
from reprlib import Repr

from nnlab.texts import _

MAX_MESSAGE = 1000
"""Characters of a message."""
MAX_VALUE = 60
"""Characters of a value that a message repeats."""
MAX_GUESSES = 200
"""Names that a received one is compared with: a guess must cost nothing."""
MEND = 300
"""Characters kept at the end of a message that is cut: they say how to fix it."""
CUT = " … "


class NnlabError(Exception):
    """A message for a person: what was wrong, what was received, how to fix it."""

    def __init__(self, message: object = "") -> None:
        text = str(message).encode(errors="replace").decode()  # half a character cannot be shown
        if len(text) > MAX_MESSAGE:
            text = text[: MAX_MESSAGE - MEND - len(CUT)] + CUT + text[-MEND:]
        super().__init__(text)


class InvalidExperimentError(NnlabError):
    """An experiment, a link or a `--set` that does not say what nnlab can run."""


class InvalidLessonError(NnlabError):
    """A file that is no valid lesson: which line or field, what it contains, how to fix it."""


class DataUnavailableError(NnlabError):
    """A data set that is missing: which file, where it was expected, what to do."""


class NowhereToTrainError(NnlabError):
    """The cluster on which runs should train cannot be reached; no run was started."""


class InvalidImageError(NnlabError):
    """A picture that cannot be read as a drawn digit."""


class RunNotFoundError(NnlabError):
    """A run that is not (or no longer) in the runs directory."""


class RecordedRunError(NnlabError):
    """A run that the lab did not train: it has no experiment, and cannot be resumed or branched."""


class RunDamagedError(NnlabError):
    """A file of a run that cannot be read."""


class RunTooNewError(RunDamagedError):
    """A run that a later nnlab wrote, in a form that this one would misread."""


def shortened(text: object) -> str:
    """Return the text, cut to `MAX_VALUE` characters."""
    said = str(text)
    return said if len(said) <= MAX_VALUE else said[: MAX_VALUE - 3] + "..."


def shown(value: object) -> str:
    """A value as Python writes it, at most `MAX_VALUE` characters; a large one is not read whole.

    >>> shown({"lr": 1})
    "{'lr': 1}"
    """
    if isinstance(value, int) and value.bit_length() > 4 * MAX_VALUE:
        return _("a whole number of {bits} bits", bits=value.bit_length())
    return shortened(_SHORT.repr(value))


_SHORT = Repr()
_SHORT.maxdict = _SHORT.maxlist = _SHORT.maxtuple = 20
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 2 * MAX_VALUE
_SHORT.maxlevel = 3


def one_of(what: str, received: object, valid: Iterable[str]) -> str:
    """A sentence that says `received` is no valid `what`, lists the valid ones and guesses.

    >>> one_of("optimizer", "adamm", ["sgd", "adam"])
    "Unknown optimizer 'adamm'. Valid: sgd, adam. Did you mean 'adam'?"
    """
    said = shortened(received)
    names = [shortened(name) for name in islice(valid, MAX_GUESSES)]
    guess = difflib.get_close_matches(said, names, n=1)
    listed = ", ".join(names)
    if not guess:
        return _(
            "Unknown {what} '{received}'. Valid: {valid}.",
            what=what,
            received=said,
            valid=listed,
        )
    return _(
        "Unknown {what} '{received}'. Valid: {valid}. Did you mean '{guess}'?",
        what=what,
        received=said,
        valid=listed,
        guess=guess[0],
    )
