"""The parts of the guard alone: shares, buckets, turns, the quiet log, addresses."""

import asyncio
import logging

import pytest

from nnlab.visitor import Visitor
from nnlab.wire.addresses import counted, is_this_machine, own_address
from nnlab.wire.guard.buckets import MAX_KEYS, Buckets
from nnlab.wire.guard.quiet import LINES_A_MINUTE, MAX_KINDS, Quiet
from nnlab.wire.guard.shares import Most, Shares
from nnlab.wire.guard.turns import Turns
from tests.wire.asgi import run

ANNA, BERT, NOBODY = (Visitor(person, "192.0.2.7") for person in ("anna", "bert", ""))
CARL = Visitor("carl", "192.0.2.8")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_person_an_address_and_all_have_each_their_limit() -> None:
    shares = Shares(Most(person=2, address=3, all=4))
    shares.take(ANNA, 2)
    assert not shares.fits(ANNA)
    shares.take(BERT)
    assert not shares.fits(BERT)  # the address is full
    assert not shares.fits(NOBODY)
    shares.take(CARL)
    assert not shares.fits(CARL)  # all are
    shares.give_back(ANNA, 2)
    assert shares.fits(CARL)
    assert not shares.fits(NOBODY, 3)


def test_what_was_given_back_takes_no_memory() -> None:
    shares = Shares(Most(2, 3, 4))
    for number in range(100):
        shares.take(Visitor(str(number), str(number)))
        shares.give_back(Visitor(str(number), str(number)))
    assert not shares._held


def test_a_bucket_gives_a_burst_and_then_its_rate() -> None:
    clock = Clock()
    buckets = Buckets(rate=10, burst=5, clock=clock)
    assert [buckets.wait("a") for _ in range(7)] == pytest.approx([0] * 5 + [0.1, 0.2])
    assert buckets.wait("b") == 0
    clock.now += 0.25  # two and a half came, and two were owed
    assert buckets.wait("a") == pytest.approx(0.05)
    clock.now += 3600  # no more than the burst is saved up
    assert [buckets.wait("a") for _ in range(6)] == pytest.approx([0] * 5 + [0.1])


def test_who_would_wait_too_long_takes_nothing() -> None:
    clock = Clock()
    buckets = Buckets(rate=1, burst=1, clock=clock)
    assert [buckets.wait("a", most=2) for _ in range(6)] == [0, 1, 2, 3, 3, 3]


def test_buckets_of_ever_new_addresses_take_bounded_memory() -> None:
    buckets = Buckets(1, 1)
    for number in range(MAX_KEYS + 50):
        buckets.wait(str(number))
    assert len(buckets._buckets) == MAX_KEYS


def test_turns_of_one_address_wait_for_each_other_and_for_nobody_else() -> None:
    async def asked() -> None:
        turns = Turns(Most(person=1, address=2, all=99), seconds=60)
        first = await turns.take(ANNA)
        again = asyncio.create_task(turns.take(ANNA))
        second = await turns.take(BERT)
        third = asyncio.create_task(turns.take(NOBODY))
        other = await asyncio.wait_for(turns.take(CARL), 5)
        await asyncio.sleep(0)
        assert not again.done()
        assert not third.done()
        second.give_back()
        second.give_back()
        await asyncio.wait_for(third, 5)
        assert not again.done()
        first.give_back()
        await asyncio.wait_for(again, 5)
        other.give_back()

    run(asked())


def test_those_of_an_address_without_cookies_take_turns_as_one_person() -> None:
    async def asked() -> None:
        turns = Turns(Most(person=1, address=9, all=9), seconds=60)
        first = await turns.take(NOBODY)
        second = asyncio.create_task(turns.take(NOBODY))
        await asyncio.wait_for(turns.take(ANNA), 5)
        await asyncio.sleep(0)
        assert not second.done()
        first.give_back()
        await asyncio.wait_for(second, 5)

    run(asked())


def test_a_turn_ends_by_itself() -> None:
    async def asked() -> None:
        turns = Turns(Most(1, 1, 1), seconds=0.05)
        turn = await turns.take(ANNA)
        await asyncio.wait_for(turns.take(BERT), 5)
        assert turn.is_over

    run(asked())


def test_who_gives_up_waiting_keeps_no_turn_from_others() -> None:
    async def asked() -> None:
        turns = Turns(Most(1, 1, 1), seconds=60)
        turn = await turns.take(ANNA)
        gone = [asyncio.create_task(turns.take(BERT)) for _ in range(2)]
        await asyncio.sleep(0)
        gone[0].cancel()
        await asyncio.sleep(0)
        turn.give_back()  # to the second, which is cancelled just then
        gone[1].cancel()
        await asyncio.gather(*gone, return_exceptions=True)
        await asyncio.wait_for(turns.take(CARL), 5)

    run(asked())


def record(text: str = "what %s said") -> logging.LogRecord:
    return logging.LogRecord("nnlab.wire", logging.WARNING, "", 1, text, ("x",), None)


def test_a_kind_of_line_comes_so_often_a_minute_and_then_how_many_there_were() -> None:
    clock = Clock()
    quiet = Quiet(clock)
    assert [quiet.filter(record()) for _ in range(500)] == (
        [True] * LINES_A_MINUTE + [False] * (500 - LINES_A_MINUTE)
    )
    assert quiet.filter(record("another %s"))
    clock.now += 61
    late = record()
    assert quiet.filter(late)
    assert late.getMessage() == f"what x said ({500 - LINES_A_MINUTE} more like it before)"


def test_ever_new_kinds_take_bounded_memory_and_lines() -> None:
    quiet = Quiet(Clock())
    passed = sum(quiet.filter(record(f"{number} %s")) for number in range(5000))
    assert passed == MAX_KINDS + LINES_A_MINUTE
    assert len(quiet._kinds) == MAX_KINDS + 1


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9%eth0", "2001:db8:1:2::/64"),
        ("forged" * 100, ("forged" * 100)[:100]),
    ],
)
def test_whoever_has_many_addresses_is_counted_by_their_network(
    address: str, expected: str
) -> None:
    assert counted(address) == expected


def test_this_machine_alone_is_told_from_an_open_server() -> None:
    assert all(map(is_this_machine, ("127.0.0.1", "127.0.0.2", "localhost", "::1")))
    assert not any(map(is_this_machine, ("0.0.0.0", "::", "192.0.2.7", "lab.example")))


def test_the_address_for_others_is_none_of_this_machines_own() -> None:
    address = own_address()
    assert address is None or not is_this_machine(address)
