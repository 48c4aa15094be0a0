"""Rights: who may look at a run, and who may change it. Asked at every door of the server."""

import logging

from nnlab.classroom.current import classroom
from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.runs.run import SHIPPED
from nnlab.runs.store import Meta, Run
from nnlab.texts import _
from nnlab.training.controls import Action
from nnlab.visitor import Visitor

logger = logging.getLogger("nnlab.rights")

TRAINS: frozenset[Action] = frozenset({"resume", "step", "epoch"})
"""Controls that a paused class may not send to a run; pause and stop remain allowed."""


class NotAllowedError(NnlabError):
    """Somebody asked for what only another may do."""


class HiddenRunError(NotAllowedError, RunNotFoundError):
    """A run that one may not look at: for them it is as good as deleted."""


def has_all_rights(visitor: Visitor) -> bool:
    """Whether they may change what is others', too."""
    return visitor.role in ("alone", "lecturer")


def sees_all(visitor: Visitor) -> bool:
    """Whether they may look at every run and drawing."""
    return visitor.role in ("alone", "guest", "lecturer")


def may_see(visitor: Visitor, meta: Meta) -> bool:
    """Whether they may look at a run. One that ships with nnlab is everybody's to see."""
    if visitor.role == "student":
        return meta.shared or meta.owner in (visitor.owner, SHIPPED)
    return sees_all(visitor)


def may_change(visitor: Visitor, meta: Meta) -> bool:
    """Whether they may drive, rename, tag, share and delete a run, and open its test set.

    One that ships with nnlab nobody may, the lecturer included.
    """
    if meta.owner == SHIPPED:
        return False
    if visitor.role in ("guest", "student"):
        return meta.owner == visitor.owner
    return has_all_rights(visitor)


def must_see(visitor: Visitor, run: Run) -> None:
    """Refuse who may not look. The run that the whole class follows is everybody's to see.

    Raises:
        HiddenRunError: they may not.
        RunNotFoundError, RunDamagedError: whose it is cannot be read.
    """
    if sees_all(visitor) or (visitor.role == "student" and _is_followed(run)):
        return
    must_be_in(visitor)
    if not may_see(visitor, run.meta):
        logger.warning("Refused to look: the run %s (%s)", run.id, visitor.address)
        raise HiddenRunError(
            _(
                "The run {run} belongs to another person, who does not share it with the class:"
                " ask them to, or train one of your own.",
                run=run.id,
            )
        )


def must_change(visitor: Visitor, run: Run) -> None:
    """Refuse who may not change a run.

    Raises:
        NotAllowedError: they may not.
        NnlabError: it ships with nnlab, and nobody may.
        RunNotFoundError, RunDamagedError: whose it is cannot be read.
    """
    run.must_be_of_here()
    if has_all_rights(visitor):
        return
    must_be_in(visitor)
    if not may_change(visitor, run.meta):
        logger.warning("Refused to change: the run %s (%s)", run.id, visitor.address)
        raise NotAllowedError(
            _(
                "The run {run} belongs to another person, who alone may change it: make one of"
                " your own.",
                run=run.id,
            )
        )


def must_lead(visitor: Visitor) -> None:
    """Refuse who is not the lecturer.

    Raises:
        NotAllowedError: they are not.
    """
    if not has_all_rights(visitor):
        logger.warning("Refused to lead the class (%s)", visitor.address)
        raise NotAllowedError(_("Only the lecturer of the class may do this."))


def must_be_in(visitor: Visitor) -> None:
    """Refuse who did not join the class, or was taken out of it.

    Raises:
        NotAllowedError: they are a stranger.
    """
    if visitor.role == "stranger":
        logger.warning("Refused a stranger (%s)", visitor.address)
        raise NotAllowedError(
            _("You are not in this class: join it with the code on the lecturer's screen.")
        )


def must_train(visitor: Visitor, do: Action | None = None) -> None:
    """Refuse who may not train now.

    Args:
        visitor: who asks.
        do: what they ask of a run; None: to begin it.

    Raises:
        NotAllowedError: the lecturer has paused the class, or they are a stranger.
        NnlabError: the class cannot be read.
    """
    must_be_in(visitor)
    if visitor.role != "student" or not (do is None or do in TRAINS):
        return
    room = classroom()
    if room is not None and room.state.frozen:
        raise NotAllowedError(
            _("The lecturer has paused the class: wait until it goes on, and train then.")
        )


def _is_followed(run: Run) -> bool:
    room = classroom()
    return room is not None and room.state.following == run.id
