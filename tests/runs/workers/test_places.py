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


def test_all_runs_of_a_person_weigh_what_one_of_another_weighs() -> None:
    # kernel/sched/core.c, sched_prio_to_weight, from nice 5 to 19
    weights = (335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23, 18, 15)
    assert nice_of(1) == 5
    for count in range(2, 21):
        together = count * weights[nice_of(count) - 5]
        assert together / 335 == pytest.approx(1, abs=0.15), count
    assert nice_of(1000) == NICEST


def test_a_student_has_few_places_and_a_lecturer_all_from_one_address() -> None:
    limits = limits_of(Settings.model_validate({"is_class": True, "share": True, "max_runs": 8}))
    assert limits == Limits(total=8, person=2, address=8)
    student, lecturer = Visitor("S", "10.0.0.1", "student"), Visitor("L", "10.0.0.1", "lecturer")
    assert next_one([student], [student], limits) == 0
    assert next_one([student], [student] * 2, limits) is None
    assert next_one([lecturer], [lecturer] * 7, limits) == 0
    assert next_one([lecturer], [lecturer] * 8, limits) is None


def test_a_lecturers_run_makes_way_for_nobody() -> None:
    limits = Limits(total=2, person=2, address=2)
    student, lecturer = Visitor("S", "10.0.0.1", "student"), Visitor("L", "10.0.0.2", "lecturer")
    other = Visitor("T", "10.0.0.3", "student")
    for training, gives in (([lecturer, student], 1), ([lecturer] * 2, None)):
        assert who_gives_way([other], training, limits, [2 * TURN_SECONDS] * 2) == gives


def test_one_person_at_the_machine_has_all_places() -> None:
    limits = limits_of(Settings(max_runs=32))
    assert limits == Limits(32, 32, 32)
    assert next_one([AT_THE_MACHINE], [AT_THE_MACHINE] * 31, limits) == 0


def test_a_shared_lab_keeps_a_quarter_of_its_places_from_any_address() -> None:
    assert limits_of(Settings(max_runs=32, share=True)) == Limits(32, 4, 24)
    assert limits_of(Settings(max_runs=32, share=True, runs_each=2)) == Limits(32, 2, 24)
    assert limits_of(Settings(max_runs=2, share=True)) == Limits(2, 2, 2)
