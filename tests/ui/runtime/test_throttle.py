"""What explanations of a drawing cost: once for each drawing, at most once a second."""

from typing import Any, cast

import pytest
from torch import nn

from nnlab.ui.runtime import throttle as draw_memory
from nnlab.ui.runtime.snapshot import Moment
from nnlab.ui.runtime.throttle import KEPT, remembered, settled


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


def moment(step: int = 1) -> Moment:
    return Moment(step, nn.Sequential(nn.Linear(2, 2)))


def test_an_explanation_is_made_once_and_the_oldest_are_forgotten() -> None:
    network, made = moment(), []

    def explain(picture: int) -> int:
        return remembered(network, picture, lambda _: made.append(picture) or picture)

    assert [explain(1), explain(1)] == [1, 1]
    assert made == [1]
    for picture in range(2, KEPT + 2):
        explain(picture)
    explain(1)
    assert made.count(1) == 2
    explain(KEPT + 1)
    assert made.count(KEPT + 1) == 1


def test_what_explains_has_a_copy_of_the_network_to_itself() -> None:
    shared = moment()
    copies = [remembered(shared, what, lambda network: network) for what in range(2)]
    assert copies[0] is copies[1]
    assert copies[0] is not shared.network
    theirs, ours = (one.get_parameter("0.weight") for one in (copies[0], shared.network))
    assert theirs.tolist() == ours.tolist()


def test_weights_that_move_are_explained_once_a_second_and_resting_ones_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, view = Clock(), cast(Any, Clock())
    monkeypatch.setattr(draw_memory, "time", clock)
    first, second, third = (moment(step) for step in range(3))
    assert settled(view, first, moving=True) is first
    clock.now += 0.9
    assert settled(view, second, moving=True) is first
    clock.now += 0.2
    assert settled(view, second, moving=True) is second
    assert settled(view, third, moving=False) is third
