"""How a lecturer may be known by other means than the key: what signs people in, if anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class SignedIn:
    """Somebody whom a provider vouches for."""

    email: str
    """Verified by the provider."""
    name: str
    """Name given by the provider; empty without one."""
    is_lecturer: bool
    """Their address is in NNLAB_CLASS_LECTURERS."""


class Login(Protocol):
    """Signs people in."""

    def address(self) -> str:
        """Address of the sign-in page, below `server.baseUrlPath`; empty if not configured."""
        ...

    def who(self, cookies: Mapping[str, str]) -> SignedIn | None:
        """Return the person of these cookies; None if nobody is signed in."""
        ...


class NoLogin:
    """A lab in which nobody signs in."""

    def address(self) -> str:
        """See `Login.address`."""
        return ""

    def who(self, cookies: Mapping[str, str]) -> SignedIn | None:
        """See `Login.who`."""
        return None
