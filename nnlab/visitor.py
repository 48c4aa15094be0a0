"""Who asks: a person, by a cookie that the server signed, and the address that they ask from."""

from dataclasses import dataclass

LOCAL = "local"
"""The person of a lab that is not shared: whoever sits at the machine. Owner of what a command
makes, too."""


@dataclass(frozen=True)
class Visitor:
    """Of a page, a socket or a request."""

    person: str = LOCAL
    """The id of a person; "" for one who sent no cookie of this server."""
    address: str = ""
    """The network address; "" where it is not known."""

    @property
    def key(self) -> str:
        """By which what one person has is counted: those without a cookie by their address."""
        return self.person or f"@{self.address}"


AT_THE_MACHINE = Visitor()
