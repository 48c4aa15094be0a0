"""Whether somebody set weights of a run by hand, which may have been trained elsewhere."""

from nnlab.config.live_fields import WEIGHTS
from nnlab.errors import NnlabError
from nnlab.files import read_plain
from nnlab.runs.record.control import CONTROL_FILE
from nnlab.runs.store import Run
from nnlab.texts import _

MOST_BYTES = 4 * 2**20
"""Limit for a run's controls that are read: some 40,000 of them."""
SET = f'"path":"{WEIGHTS}'.encode()
"""A control that sets a weight, as `nnlab.runs.record.control.ask` writes it."""


def must_have_trained(run: Run, what: str) -> None:
    """Refuse a run of which a weight was set, be it while it trained or as a branch began.

    Args:
        run: it, or one that it branched from.
        what: what it is called in the refusal.

    Raises:
        NnlabError: a weight was set, or more was asked of it than can be looked through.
    """
    try:
        asked = read_plain(run.path / CONTROL_FILE, MOST_BYTES + 1)
    except FileNotFoundError:  # nothing was
        return
    except OSError as error:
        raise NnlabError(
            _("{what} cannot be read ({error}): train another.", what=what, error=error.strerror)
        ) from error
    if SET in asked or len(asked) > MOST_BYTES:
        raise NnlabError(
            _(
                "{what} has weights that were set by hand, or too many changes to be looked"
                " through: hand in one that training alone has made.",
                what=what,
            )
        )
