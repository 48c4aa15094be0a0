"""How many pages of one person run at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from nnlab.ui import turns as module
from nnlab.ui.turns import AT_ONCE, Turns
from nnlab.visitor import AT_THE_MACHINE, Visitor

A, B = Visitor("a", "10.0.0.1"), Visitor("b", "10.0.0.1")


def most_at_once(turns: Turns, visitor: Visitor, pages: int) -> int:
    """The most that ran at the same time."""
    running, most, lock = 0, 0, threading.Lock()

    def page() -> None:
        nonlocal running, most
        with turns.take(visitor):
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            with lock:
                running -= 1

    with ThreadPoolExecutor(pages) as threads:
        list(threads.map(lambda _: page(), range(pages)))
    return most


def test_two_pages_of_one_person_run_and_the_rest_wait() -> None:
    assert most_at_once(Turns(), A, 12) == AT_ONCE


def test_the_person_at_the_machine_waits_for_nothing() -> None:
    assert most_at_once(Turns(), AT_THE_MACHINE, 8) > AT_ONCE


def test_one_persons_pages_hold_nobody_else_up() -> None:
    turns, entered = Turns(), threading.Event()
    with ThreadPoolExecutor(3) as threads, turns.take(B):
        held = [threads.submit(_hold, turns, A, entered) for _ in range(3)]
        assert most_at_once(turns, B, 1) == 1
        entered.set()
        for one in held:
            one.result()


def _hold(turns: Turns, visitor: Visitor, until: threading.Event) -> None:
    with turns.take(visitor):
        until.wait(10)


def test_a_part_of_a_page_has_the_turn_of_its_page() -> None:
    turns = Turns()
    with turns.take(A), turns.take(A), turns.take(A):
        assert turns._running == {"a": 1}
    assert turns._running == {}


def test_a_turn_ends_with_an_error_too_and_nobody_waits_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="broken"), turns.take(A):
        raise ValueError("broken")
    assert turns._running == {}
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.05)
    assert most_at_once(turns, A, 3) >= AT_ONCE
