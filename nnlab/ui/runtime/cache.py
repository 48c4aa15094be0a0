"""One cache of costly answers for the whole server, bounded in bytes."""

import contextlib
import sys
import threading
from collections import deque
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from itertools import islice
from typing import Any, ParamSpec, TypeVar

import numpy as np
from cachetools import LRUCache
from pydantic import BaseModel
from torch import Tensor, nn

T = TypeVar("T")
P = ParamSpec("P")

SAMPLE = 16
"""Elements of a long list that are measured."""
PLAIN = frozenset({str, bytes, int, float, bool, type(None)})
"""Types that hold nothing else: most of what is measured, so they are told apart first."""
LIMIT = 192 * 2**20
"""Bytes of all answers together: some ten thousand pictures of the plane."""


class ByteCache:
    """Answers by their keys; beyond a number of bytes those that were asked for longest ago go."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._lock = threading.Lock()
        # Each answer beside its key, so that a key of many bytes (pictures) counts, too.
        self._held: LRUCache[Hashable, tuple[Hashable, Any]] = LRUCache(limit, getsizeof=size_of)
        self._gone: deque[Hashable] = deque()
        """Keys to let go of: a finalizer may run while this very thread holds the lock."""

    def get_or_make(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer of that key, made where it is not held. One larger than the limit is not kept.

        Two who ask in the same instant may both make it; both get the one that came first.
        """
        with self._lock:
            if key in self._held:
                return self._held[key][1]
        made = make()
        with self._lock:
            while self._gone:
                self._held.pop(self._gone.popleft(), None)
            if key in self._held:
                return self._held[key][1]
            with contextlib.suppress(ValueError):  # larger than the limit
                self._held[key] = (key, made)
        return made

    def get(self, key: Hashable) -> Any:
        """The answer of that key, None where it is not held."""
        with self._lock:
            return self._held[key][1] if key in self._held else None

    def held_keys(self) -> list[Hashable]:
        """Keys of all cached values."""
        with self._lock:
            return list(self._held)

    def forget(self, *keys: Hashable) -> None:
        """Let go, with the next answer, of those that nobody can ask for any more."""
        self._gone.extend(keys)

    @property
    def size(self) -> int:
        """Bytes of all that is held."""
        with self._lock:
            return int(self._held.currsize)


def size_of(value: object) -> int:
    """About how many bytes a value takes: arrays, tensors, networks and what holds them."""
    return _size_of(value, set())


def _size_of(value: Any, seen: set[int]) -> int:
    if type(value) in PLAIN:
        return sys.getsizeof(value)
    if id(value) in seen:
        return 0
    seen.add(id(value))
    if hasattr(value, "bytes_held"):
        return int(value.bytes_held)
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    if isinstance(value, Tensor):
        return value.element_size() * value.numel()
    if isinstance(value, nn.Module):
        other = (part.bytes_held for part in value.modules() if hasattr(part, "bytes_held"))
        tensors = (*value.parameters(), *value.buffers())
        return sum(_size_of(held, seen) for held in tensors) + sum(map(int, other))
    inner: list[Any] = []
    if isinstance(value, Mapping):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        # Of many alike (rows, numbers) the first ones stand for all: counting must cost nothing.
        inner = list(islice(value, SAMPLE))
        rest = max(1.0, len(value) / SAMPLE)
        return sys.getsizeof(value) + round(rest * sum(_size_of(held, seen) for held in inner))
    elif is_dataclass(value) and not isinstance(value, type):
        inner = [getattr(value, field.name) for field in fields(value)]
    elif isinstance(value, BaseModel):
        inner = list(vars(value).values())
    return sys.getsizeof(value) + sum(_size_of(held, seen) for held in inner)


answers = ByteCache()
"""The server's."""


def kept(make: Callable[P, T]) -> Callable[P, T]:
    """Let the server's cache keep what a function makes of its arguments, which are hashable.

    In place of `functools.lru_cache` wherever a visitor decides how large these or their answers
    are: that counts answers, not bytes.
    """
    name = object()  # no other function has it

    @wraps(make)
    def answer(*args: P.args, **kwargs: P.kwargs) -> T:
        key = ("kept", name, args, tuple(sorted(kwargs.items())))
        return answers.get_or_make(key, lambda: make(*args, **kwargs))

    return answer
