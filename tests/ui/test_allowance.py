"""What the pages of one person may take of the processor."""

import pytest

from nnlab.ui.allowance import BURST, LONGEST_WAIT, SHARE, Allowance
from nnlab.visitor import AT_THE_MACHINE, Visitor

A, B = Visitor("a", "10.0.0.1"), Visitor("b", "10.0.0.1")


class Machine:
    """Time passes where somebody sleeps or computes."""

    def __init__(self) -> None:
        self.now = self.computed = 0.0
        self.slept: list[float] = []
        self.allowance = Allowance(lambda: self.now, lambda: self.computed, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def page(self, visitor: Visitor, seconds: float) -> None:
        with self.allowance.spent_by(visitor):
            self.computed += seconds
            self.now += seconds

    def broken_page(self, visitor: Visitor, seconds: float) -> None:
        with self.allowance.spent_by(visitor):
            self.computed += seconds
            raise ValueError("broken")


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_one_who_asks_without_end_gets_a_share_of_the_processor(machine: Machine) -> None:
    while machine.now < 1000:
        machine.page(A, 0.2)
    assert machine.computed / machine.now == pytest.approx(SHARE + BURST / 1000, abs=0.01)


def test_who_clicks_each_second_never_waits(machine: Machine) -> None:
    for _ in range(1000):
        machine.page(A, 0.1)
        machine.now += 0.9
    assert machine.slept == []


def test_nobody_waits_for_what_another_has_taken(machine: Machine) -> None:
    for _ in range(20):
        machine.page(A, 3.0)
    slept = len(machine.slept)
    machine.page(B, 2.0)
    assert slept > 0
    assert len(machine.slept) == slept


def test_the_person_at_the_machine_has_all_of_it(machine: Machine) -> None:
    for _ in range(100):
        machine.page(AT_THE_MACHINE, 1.0)
    assert machine.slept == []


def test_a_page_that_took_long_lets_the_next_one_wait_but_not_for_ever(machine: Machine) -> None:
    machine.page(A, 100.0)
    machine.page(A, 0.1)
    assert machine.slept == [LONGEST_WAIT]


def test_a_part_of_a_page_is_counted_once_and_one_with_an_error_too(machine: Machine) -> None:
    with machine.allowance.spent_by(A):
        machine.page(A, BURST)
    machine.page(A, 0.0)
    assert machine.slept == []
    with pytest.raises(ValueError, match="broken"):
        machine.broken_page(A, BURST + 1)
    machine.page(A, 0.0)
    assert len(machine.slept) == 1
