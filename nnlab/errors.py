"""Errors whose text is meant for the person at the screen.

Each message names the constraint, what was received and how to mend it. Pages and the command
line show the text of an `NnlabError` as it stands; anything else is a bug.
"""

import difflib
from collections.abc import Iterable

from nnlab.texts import _


class NnlabError(Exception):
    """A message for a person: what was wrong, what was received, how to mend it."""


class InvalidExperimentError(NnlabError):
    """An experiment, a link or a `--set` that does not say what nnlab can run."""


class DataUnavailableError(NnlabError):
    """A data set that is not here: what is missing, where it was looked for, what to do."""


class InvalidImageError(NnlabError):
    """A picture that cannot be read as a drawn digit."""


class RunNotFoundError(NnlabError):
    """A run that is not (or no longer) in the runs directory."""


class RunDamagedError(NnlabError):
    """A file of a run that cannot be read."""


class RunTooNewError(RunDamagedError):
    """A run that a later nnlab wrote, in a form that this one would misread."""


def one_of(what: str, received: object, valid: Iterable[str]) -> str:
    """A sentence that says `received` is no valid `what`, lists the valid ones and guesses.

    >>> one_of("optimizer", "adamm", ["sgd", "adam"])
    "Unknown optimizer 'adamm'. Valid: sgd, adam. Did you mean 'adam'?"
    """
    names = [str(name) for name in valid]
    guess = difflib.get_close_matches(str(received), names, n=1)
    listed = ", ".join(names)
    if not guess:
        return _(
            "Unknown {what} '{received}'. Valid: {valid}.",
            what=what,
            received=received,
            valid=listed,
        )
    return _(
        "Unknown {what} '{received}'. Valid: {valid}. Did you mean '{guess}'?",
        what=what,
        received=received,
        valid=listed,
        guess=guess[0],
    )
