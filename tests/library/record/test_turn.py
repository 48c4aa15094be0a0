"""Something costly is done in a bounded share of the time."""

import pytest

from nnlab.library.record.turn import Turn


class Clocks:
    """Two clocks that go when they are told to."""

    def __init__(self) -> None:
        self.all = self.own = 0.0

    def work(self, seconds: float, waited: float = 0) -> None:
        self.own += seconds
        self.all += seconds + waited


def turn(clocks: Clocks, least: float, share: float, sparse: float) -> Turn:
    return Turn(least, share, sparse, clock=lambda: clocks.all, own_time=lambda: clocks.own)


@pytest.mark.parametrize("cost", [0.001, 0.05, 0.7])
def test_it_takes_its_share_of_the_time_and_no_more(cost: float) -> None:
    clocks = Clocks()
    due = turn(clocks, 0.5, 0.01, 0)
    spent = 0.0
    while clocks.all < 1000:
        if clocks.all >= due.next:
            with due.taken():
                clocks.work(cost)
            spent += cost
        clocks.work(0.01)
    assert spent <= 0.01 * clocks.all + cost
    assert spent >= 0.9 * min(0.01, cost / 0.5) * clocks.all


def test_it_is_done_at_most_so_often_and_rarer_the_longer_it_goes() -> None:
    clocks = Clocks()
    due = turn(clocks, 0.5, 0.01, 0.1)
    gaps = []
    for _ in range(60):
        clocks.all = due.next
        with due.taken():
            clocks.work(0.0001)
        gaps.append(due.next - clocks.all)
    assert gaps[0] == 0.5
    assert gaps[-1] == pytest.approx(0.1 * clocks.all)


def test_one_wait_for_the_processor_is_not_taken_for_its_cost() -> None:
    clocks = Clocks()
    due = turn(clocks, 0.5, 0.01, 0)
    with due.taken():
        clocks.work(0.001)
    with due.taken():
        clocks.work(0.001, waited=3)
    assert due.next - clocks.all == pytest.approx(0.5)


def test_an_error_counts_as_a_turn() -> None:
    clocks = Clocks()
    due = turn(clocks, 0.5, 0.01, 0)
    with pytest.raises(OSError, match="full"), due.taken():
        raise OSError("full")
    assert due.next == 0.5
