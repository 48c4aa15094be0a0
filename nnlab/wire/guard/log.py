"""One line in the log for what the guard refuses; `quiet` sees to it that they stay few."""

import logging

from nnlab.visitor import Visitor

_log = logging.getLogger("nnlab.wire")


def refused(what: str, visitor: Visitor) -> None:
    """Say what was refused, and to which address."""
    _log.warning("Refused " + what + " (%s)", visitor.address)
