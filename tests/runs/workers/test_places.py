"""Who comes next, told by hand: three people, A with many runs, B and C with few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.runs.workers.places import (
    NICEST,
    TURN_SECONDS,
    Limits,
    in_turn,
    limits_of,
    next_one,
    nice_of,
    who_gives_way,
)
from nnlab.settings import Settings
from nnlab.visitor import AT_THE_MACHINE, Visitor

LIMITS = Limits(total=4, person=3, address=4)


def people(names: str, address: str = "") -> list[Visitor]:
    """One visitor for each letter."""
    return [Visitor(name, address or f"10.0.0.{ord(name)}") for name in names]


@pytest.mark.parametrize(
    ("waiting", "training", "order"),
    [
        ("AAAB", "", "ABAA"),  # everybody's first before anybody's second
        ("AB", "A", "BA"),
        ("AABBC", "AAB", "CBABA"),
        ("ABC", "", "ABC"),
    ],
)
def test_the_order_is_everybodys_first_run_before_anybodys_second(
    waiting: str, training: str, order: str
) -> None:
    places = in_turn(people(waiting), people(training))
    assert "".join(waiting[index] for index in places) == order


@pytest.mark.parametrize(
    ("waiting", "training", "index"),
    [
        ("A", "", 0),
        ("AB", "AAA", 1),  # A has as many as one may
        ("A", "AAA", None),
        ("B", "AAAC", None),  # all places are taken
        ("AB", "AA", 1),
    ],
)
def test_a_place_goes_to_who_has_least_and_may_have_more(
    waiting: str, training: str, index: int | None
) -> None:
    assert next_one(people(waiting), people(training), LIMITS) == index


def test_an_address_leaves_places_to_the_others() -> None:
    limits = Limits(total=4, person=1, address=3)
    training = people("ABC", "10.0.0.1")
    assert next_one(people("D", "10.0.0.1"), training, limits) is None
    assert next_one(people("D", "10.0.0.2"), training, limits) == 0


def test_who_has_no_cookie_shares_with_all_without_one_at_the_same_address() -> None:
    limits = Limits(total=9, person=2, address=9)
    here, there = Visitor("", "10.0.0.1"), Visitor("", "10.0.0.2")
    assert next_one([here], [here, here], limits) is None
    assert next_one([there], [here, here], limits) == 0


@pytest.mark.parametrize(
    ("waiting", "training", "gives"),
    [
        ("D", "AAAB", 2),  # the newest of who has the most
        ("D", "ABAC", 2),
        ("B", "AAAB", None),  # B has one
        ("D", "ABCE", None),  # nobody has two
        ("D", "AAA", None),  # there is a place
        ("AD", "BBAA", 1),
    ],
)
def test_one_of_many_runs_makes_way_for_a_first_one(
    waiting: str, training: str, gives: int | None
) -> None:
    assert who_gives_way(people(waiting), people(training), LIMITS, [1.0] * 4) == gives


def test_a_full_address_makes_way_within_itself() -> None:
    limits = Limits(total=9, person=3, address=3)
    training = [*people("BB", "10.0.0.2"), *people("AAA", "10.0.0.1")]
    assert who_gives_way(people("D", "10.0.0.1"), training, limits, [1.0] * 5) == 4
    assert who_gives_way(people("D", "10.0.0.3"), training, limits, [1.0] * 5) is None


def test_where_everybody_has_one_the_oldest_makes_way_after_its_turn() -> None:
    trained = [TURN_SECONDS - 1, TURN_SECONDS, TURN_SECONDS + 1, 1.0]
    assert who_gives_way(people("D"), people("ABCE"), LIMITS, trained) == 2
    assert who_gives_way(people("A"), people("ABCE"), LIMITS, trained) is None
    assert who_gives_way(people("D"), people("ABCE"), LIMITS, [TURN_SECONDS - 1] * 4) is None


@given(
    st.lists(st.sampled_from("ABCDE"), max_size=30),
    st.integers(1, 8),
    st.integers(1, 4),
)
def test_places_are_filled_as_far_as_the_limits_allow_and_no_further(
    asked: list[str], total: int, person: int
) -> None:
    waiting, training = people("".join(asked)), []
    limits = Limits(total, person, total)
    while (index := next_one(waiting, training, limits)) is not None:
        training.append(waiting.pop(index))
    counts = [min(asked.count(name), person) for name in "ABCDE"]
    assert len(training) == min(total, sum(counts))
    assert all(training.count(visitor) <= person for visitor in training)


def test_each_further_run_of_a_person_takes_less_of_the_processor() -> None:
    a, b = people("AB")
    assert [nice_of(a, [a] * count) for count in range(5)] == [5, 15, NICEST, NICEST, NICEST]
    assert nice_of(b, [a] * 4) == 5


def test_one_person_at_the_machine_has_all_places() -> None:
    limits = limits_of(Settings(max_runs=32))
    assert limits == Limits(32, 32, 32)
    assert next_one([AT_THE_MACHINE], [AT_THE_MACHINE] * 31, limits) == 0


def test_a_shared_lab_keeps_a_quarter_of_its_places_from_any_address() -> None:
    assert limits_of(Settings(max_runs=32, share=True)) == Limits(32, 4, 24)
    assert limits_of(Settings(max_runs=32, share=True, runs_each=2)) == Limits(32, 2, 24)
    assert limits_of(Settings(max_runs=2, share=True)) == Limits(2, 2, 2)
