"""A session's state in a class."""

from dataclasses import dataclass, field

from nnlab.config import Experiment
from nnlab.ui.session.labs import Lab


@dataclass(frozen=True)
class Own:
    """The state of a page before it showed the lecturer's run."""

    draft: Experiment
    run_id: str | None


@dataclass
class RoomSession:
    """See the module."""

    opened: str | None = None
    """Id of the sent item that was opened or dismissed."""
    announced: str | None = None
    """Id of the sent item that was announced last."""
    following: str | None = None
    """The run of the lecturer that a page of this session shows."""
    left: str | None = None
    """The run of the lecturer that this session does not want to follow."""
    own: dict[Lab, Own] = field(default_factory=dict)
    leads: bool = False
    """Whether the class follows the lecturer's newest run."""
