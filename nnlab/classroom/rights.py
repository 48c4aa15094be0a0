"""Rights: who may look at a run, and who may change it. Asked at every door of the server."""

import logging

from nnlab.errors import NnlabError
from nnlab.runs.store import Meta, Run
from nnlab.texts import _
from nnlab.visitor import Visitor

logger = logging.getLogger("nnlab.rights")


class NotAllowedError(NnlabError):
    """Somebody asked for what only another may do."""


def may_see(visitor: Visitor, meta: Meta) -> bool:
    """Whether they may look at a run."""
    match visitor.role:
        case "alone" | "guest" | "lecturer":
            return True
        case "student":
            return meta.shared or meta.owner == visitor.owner
        case "stranger":
            return False


def may_change(visitor: Visitor, meta: Meta) -> bool:
    """Whether they may drive, rename, tag, share and delete a run."""
    match visitor.role:
        case "alone" | "lecturer":
            return True
        case "guest" | "student":
            return meta.owner == visitor.owner
        case "stranger":
            return False


def must_see(visitor: Visitor, run: Run) -> None:
    """Refuse who may not look.

    Raises:
        NotAllowedError: they may not.
        RunNotFoundError, RunDamagedError: whose it is cannot be read.
    """
    if visitor.role not in ("alone", "guest", "lecturer") and not may_see(visitor, run.meta):
        raise refused(visitor, "look", run)


def must_change(visitor: Visitor, run: Run) -> None:
    """Refuse who may not change a run. Raises as `must_see`."""
    if visitor.role not in ("alone", "lecturer") and not may_change(visitor, run.meta):
        raise refused(visitor, "change", run)


def must_lead(visitor: Visitor) -> None:
    """Refuse who is not the lecturer.

    Raises:
        NotAllowedError: they are not.
    """
    if visitor.role not in ("alone", "lecturer"):
        logger.warning("Refused to lead the class (%s)", visitor.address)
        raise NotAllowedError(_("Only the lecturer of the class may do this."))


def refused(visitor: Visitor, what: str, run: Run) -> NotAllowedError:
    """A line in the log, and the error for the person."""
    logger.warning("Refused to %s: the run %s (%s)", what, run.id, visitor.address)
    return NotAllowedError(
        _(
            "The run {run} belongs to another person, who alone may do this: train one of your"
            " own.",
            run=run.id,
        )
    )
