"""A visitor: a person, by a cookie that the server signed, with rights and a network address."""

from dataclasses import dataclass
from typing import Literal

LOCAL = "local"
"""The person of a lab that is not shared: whoever sits at the machine. Owner of what a command
makes, too."""
GUEST = "guest"
"""Owner of what somebody makes whose browser keeps no cookies."""

Role = Literal["alone", "guest", "student", "lecturer", "stranger"]
"""`alone` has all rights, in a lab that is not shared; a `guest` of a shared lab looks at
everything and changes what is their own; of a class see `nnlab.classroom`: a `student` sees and
changes what is their own, and sees what was shared with the room; a `lecturer` has all rights; a
`stranger` did not join, and has none."""


@dataclass(frozen=True)
class Visitor:
    """The person behind a page, a socket or a request."""

    person: str = LOCAL
    """The id of a person; "" for one who sent no cookie of this server."""
    address: str = ""
    """The network address; "" where it is not known."""
    role: Role = "alone"

    @property
    def key(self) -> str:
        """Key by which limits are counted: the person, or the address of those without a cookie."""
        return self.person or f"@{self.address}"

    @property
    def owner(self) -> str:
        """The owner recorded for what they make."""
        return self.person or GUEST


AT_THE_MACHINE = Visitor()
