"""Explanations of a drawing: computed once, at most once a second while weights move."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from copy import deepcopy
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from torch import nn

from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.runtime.snapshot import Moment

T = TypeVar("T")

KEPT = 48
"""Explanations kept for one state of a network: what a class draws in a minute or so."""
SECONDS_BETWEEN = 1.0
"""While a run trains, what explains it follows at most so often; the answer follows at once."""


class _Explained:
    """A copy of a network to explain, with what was made of it last.

    A copy, since Captum hooks into the network that it explains, while others read with theirs.
    """

    def __init__(self, network: nn.Sequential) -> None:
        self._network = deepcopy(network)
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, Any] = OrderedDict()

    def once(self, what: Hashable, make: Callable[[nn.Sequential], T]) -> T:
        with self._lock:
            if what not in self._made:
                self._made[what] = make(self._network)
            self._made.move_to_end(what)
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
            return self._made[what]


_held: WeakKeyDictionary[RunView, tuple[Moment, float]] = WeakKeyDictionary()


def remembered(moment: Moment, what: Hashable, make: Callable[[nn.Sequential], T]) -> T:
    """What `make` makes of the network, and of a drawing that `what` names: of late, or now.

    Args:
        moment: the network. Answers are not kept waiting meanwhile: they have it to themselves.
        what: all that the explanation depends on besides the network, the drawing's bytes too.
        make: a function of a copy of the network.
    """
    return moment.once("explained", _Explained).once(what, make)


def settled(view: RunView, newest: Moment, *, moving: bool) -> Moment:
    """The network to explain: the newest, or that of this second while the run trains."""
    held, at = _held.get(view, (None, 0.0))
    if held is not None and moving and time.monotonic() - at < SECONDS_BETWEEN:
        return held
    if held is not newest:
        _held[view] = (newest, time.monotonic())
    return newest
