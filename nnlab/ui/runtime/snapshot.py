"""A network as it was after one step, and what pages have made of it."""

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from torch import nn

T = TypeVar("T")


class Moment:
    """Nothing changes the network, so many sessions may use it at once."""

    def __init__(self, step: int, network: nn.Sequential) -> None:
        self.step = step
        self.network = network
        """In evaluation mode."""
        self._lock = threading.RLock()
        self._made: dict[Hashable, Any] = {}

    def once(self, what: Hashable, make: Callable[[nn.Sequential], T]) -> T:
        """What `make` makes of the network: made once for each `what`, however many people look.

        Args:
            what: names it, with all that it depends on besides the network: `("boundary", dark)`.
            make: a function of the network.
        """
        with self._lock:
            if what not in self._made:
                self._made[what] = make(self.network)
            return self._made[what]
