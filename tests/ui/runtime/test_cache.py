"""The server's cache holds a number of bytes, whatever is asked of it."""

import threading
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import nn

from nnlab.ui.runtime.cache import ByteCache, size_of

KILO = 1000


def test_beyond_its_bytes_what_was_asked_for_longest_ago_goes() -> None:
    cache, made = ByteCache(10 * KILO), []

    def ask(name: str) -> bytes:
        return cache.get_or_make(name, lambda: made.append(name) or bytes(3 * KILO))

    for name in ("a", "b", "c"):
        ask(name)
    ask("a")  # now b is the oldest
    ask("d")
    assert set(cache.held_keys()) == {"a", "c", "d"}
    ask("b")
    assert made == ["a", "b", "c", "d", "b"]
    assert cache.size <= 10 * KILO


def test_a_key_of_many_bytes_counts_too() -> None:
    cache = ByteCache(10 * KILO)
    for number in range(30):
        cache.get_or_make(("answers", bytes([number]) * KILO), lambda: 0)
    assert len(cache.held_keys()) < 10
    assert cache.size <= 10 * KILO


def test_an_answer_larger_than_the_limit_is_given_and_not_kept() -> None:
    cache = ByteCache(10 * KILO)
    cache.get_or_make("small", lambda: bytes(KILO))
    assert len(cache.get_or_make("large", lambda: bytes(11 * KILO))) == 11 * KILO
    assert cache.held_keys() == ["small"]


def test_an_error_is_passed_on_and_nothing_is_kept() -> None:
    cache = ByteCache()

    def fail() -> None:
        raise ValueError("no answer")

    with pytest.raises(ValueError, match="no answer"):
        cache.get_or_make("x", fail)
    assert cache.held_keys() == []


def test_many_threads_get_one_and_the_same_answer() -> None:
    cache, found = ByteCache(), []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        found.append(cache.get_or_make("x", object))

    threads = [threading.Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(answer) for answer in found}) == 1


@dataclass(frozen=True)
class Picture:
    pixels: np.ndarray
    name: str


PIXELS = np.zeros((100, 100), np.float32)


@pytest.mark.parametrize(
    ("value", "bytes_of_it"),
    [
        (bytes(50_000), 50_000),
        (PIXELS, 40_000),
        (torch.zeros(100, 50, dtype=torch.float64), 40_000),
        (nn.Linear(99, 100), 40_000),
        (Picture(PIXELS, "x"), 40_000),
        ([PIXELS.copy() for _number in range(3)], 120_000),
        ([bytes(1000) for _number in range(640)], 640_000),
        ((PIXELS, PIXELS), 40_000),
        ({"picture": PIXELS}, 40_000),
    ],
)
def test_the_bytes_are_counted_wherever_they_lie(value: object, bytes_of_it: int) -> None:
    assert bytes_of_it <= size_of(value) < 1.1 * bytes_of_it + 500
