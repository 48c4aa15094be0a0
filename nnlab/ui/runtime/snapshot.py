"""A network as it was after one step, and what pages have made of it."""

import itertools
import threading
import time
import weakref
from collections.abc import Callable, Hashable
from copy import deepcopy
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from torch import nn

from nnlab.config import Model
from nnlab.models import build
from nnlab.runs.record.checkpoints import live_bytes
from nnlab.ui.runtime.cache import answers, size_of

T = TypeVar("T")

SECONDS_BETWEEN = 1.0
"""While a run trains, what is costly follows at most so often; what is cheap follows at once."""

_numbers = itertools.count()


class Snapshot:
    """Immutable snapshot of a network; a thread-safe cache of what is derived from it.

    What is derived lies in the server's cache, and goes with the snapshot.
    """

    def __init__(self, step: int, network: nn.Sequential) -> None:
        self.step = step
        self.network = network
        """In evaluation mode."""
        self._number = next(_numbers)
        self._lock, self._copy_lock = threading.RLock(), threading.RLock()
        self._copy: nn.Sequential | None = None
        self._keys: set[Hashable] = set()
        weakref.finalize(self, _forget, self._keys)

    @property
    def bytes_held(self) -> int:
        """Size of the network, and of the copy that `explained` makes of it."""
        return 2 * size_of(self.network)

    def cached(self, what: Hashable, make: Callable[[nn.Sequential], T]) -> T:
        """Return `make(network)`, computed once for each `what` and shared by all viewers.

        Args:
            what: names it, with all that it depends on besides the network: `("boundary", dark)`.
            make: a function of the network.
        """
        with self._lock:
            return self._answer(("shared", what), lambda: make(self.network))

    def explained(self, what: Hashable, make: Callable[[nn.Sequential], T]) -> T:
        """Return `make(copy)`, cached as `cached`, for a copy of the network.

        For what hooks into the network, as Captum does. Others are not kept waiting meanwhile.
        """
        with self._copy_lock:
            copy = self._copy = self._copy or deepcopy(self.network)
            return self._answer(("copy", what), lambda: make(copy))

    def _answer(self, what: Hashable, make: Callable[[], T]) -> T:
        key = (self._number, what)
        self._keys.add(key)
        return answers.get_or_make(key, make)


def weights_of(moment: Snapshot) -> bytes:
    """The network's weights as `live.safetensors` has them."""
    return moment.cached(
        "weights", lambda network: live_bytes(dict(network.state_dict()), moment.step)
    )


def _forget(keys: set[Hashable]) -> None:
    answers.forget(*keys)


def untrained(model: Model, input_shape: tuple[int, ...]) -> Snapshot:
    """The network of a draft before its first step.

    Raises:
        NnlabError: its layers do not fit.
    """
    return answers.get_or_make(
        ("untrained", model, input_shape),
        lambda: Snapshot(0, build(model, input_shape).eval()),
    )


_held: WeakKeyDictionary[Any, dict[float, tuple[Snapshot, float]]] = WeakKeyDictionary()


def settled(
    view: object, newest: Snapshot, *, moving: bool, seconds: float = SECONDS_BETWEEN
) -> Snapshot:
    """The network to ask what is costly: the newest, or one of the last `seconds`.

    Args:
        view: the run, whose network it is.
        newest: its newest network.
        moving: the run trains.
        seconds: how long one network stays while it moves.
    """
    held = _held.setdefault(view, {})
    known, at = held.get(seconds, (None, 0.0))
    if known is not None and moving and time.monotonic() - at < seconds:
        return known
    if known is not newest:
        held[seconds] = (newest, time.monotonic())
    return newest
