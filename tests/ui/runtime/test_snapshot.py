"""What is made of a network: once for all who look, at most once a second while it moves."""

import gc
from typing import Any, cast

import pytest
from torch import nn

from nnlab.ui.runtime import snapshot as module
from nnlab.ui.runtime.cache import answers
from nnlab.ui.runtime.snapshot import Snapshot, settled


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


def taken(step: int = 1) -> Snapshot:
    return Snapshot(step, nn.Sequential(nn.Linear(2, 2)))


def test_what_is_made_of_a_network_is_made_once_for_each_question() -> None:
    one, made = taken(), []

    def explain(picture: int) -> int:
        return one.explained(picture, lambda network: made.append(picture) or picture)

    assert [explain(1), explain(1), explain(2), explain(1)] == [1, 1, 2, 1]
    assert made == [1, 2]
    other = taken()
    assert other.explained(1, lambda network: "another network's") == "another network's"


def test_what_explains_has_a_copy_of_the_network_to_itself() -> None:
    shared = taken()
    copies = [shared.explained(what, lambda network: network) for what in range(2)]
    assert copies[0] is copies[1]
    assert copies[0] is not shared.network
    assert shared.cached("itself", lambda network: network) is shared.network
    theirs, ours = (one.get_parameter("0.weight") for one in (copies[0], shared.network))
    assert theirs.tolist() == ours.tolist()


def test_what_was_made_goes_with_the_network() -> None:
    before = set(answers.held_keys())
    one = taken()
    one.cached("large", lambda network: bytes(1000))
    assert len(set(answers.held_keys()) - before) == 1
    del one
    gc.collect()
    answers.get_or_make("another question", lambda: None)
    assert set(answers.held_keys()) - before == {"another question"}


def test_weights_that_move_are_asked_once_a_second_and_resting_ones_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, view = Clock(), cast(Any, Clock())
    monkeypatch.setattr(module, "time", clock)
    first, second, third = (taken(step) for step in range(3))
    assert settled(view, first, moving=True) is first
    clock.now += 0.9
    assert settled(view, second, moving=True) is first
    clock.now += 0.2
    assert settled(view, second, moving=True) is second
    assert settled(view, third, moving=False) is third


def test_a_question_that_may_be_asked_less_often_keeps_its_network_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, view = Clock(), cast(Any, Clock())
    monkeypatch.setattr(module, "time", clock)
    first, second = taken(1), taken(2)
    for seconds in (1.0, 10.0):
        assert settled(view, first, moving=True, seconds=seconds) is first
    clock.now += 5
    assert settled(view, second, moving=True, seconds=10.0) is first
    assert settled(view, second, moving=True) is second
