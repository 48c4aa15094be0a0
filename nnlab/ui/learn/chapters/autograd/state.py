"""The nodes that a session has clicked on the graph of chapter 1."""

from dataclasses import dataclass, field

from nnlab.ui.session.typed import of_session

MOST_EARLIER = 9
"""Passes before the last one that are added up."""


@dataclass
class AutogradState:
    """State of one computation; another computation resets it."""

    computation: str = ""
    """The formula, or the network."""
    point: str = ""
    """The values of its variables, or its example."""
    earlier: int = 0
    """How often `backward()` was called before, since `zero_grad()`."""
    no_grad: bool = False
    flipped: set[int] = field(default_factory=set)
    """Leaves whose `requires_grad` is not what it was at first."""
    opened: set[int] = field(default_factory=set)
    """Tensors that are shown number by number."""

    def begin(self, computation: str, point: str) -> None:
        """Forget what belongs to another computation, or to another point of it."""
        if computation != self.computation:
            self.flipped, self.opened = set(), set()
        if (computation, point) != (self.computation, self.point):
            self.computation, self.point, self.earlier = computation, point, 0

    def act(self, told: object) -> None:
        """Do what was pressed; what is none of it is left alone."""
        if not isinstance(told, dict):
            return
        kind, at = told.get("kind"), told.get("at")
        if kind == "again":
            self.earlier = min(self.earlier + 1, MOST_EARLIER)
        elif kind == "zero":
            self.earlier = 0
        elif kind == "no_grad":
            self.no_grad, self.earlier = not self.no_grad, 0
        elif isinstance(at, int) and 0 <= at < 1_000:
            if kind == "require":
                self.flipped ^= {at}
                self.earlier = 0
            elif kind == "open":
                self.opened ^= {at}


def autograd_state() -> AutogradState:
    """Return the state of this session."""
    return of_session(AutogradState)
