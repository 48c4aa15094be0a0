"""What the class said to the questions of a lesson."""

import itertools
import json
import math
from pathlib import Path

import pytest

from nnlab.classroom import answers as module
from nnlab.classroom.answers import ANSWERS_FILE, Answers
from nnlab.errors import NnlabError


def test_the_first_prediction_stands_and_survives_a_restart(tmp_path: Path) -> None:
    kept = Answers(tmp_path)
    kept.predicted("anna", "xor", 0, "choice", "yes")
    kept.predicted("anna", "xor", 0, "choice", "no")
    kept.predicted("ben", "xor", 0, "choice", "no")
    kept.outcome("anna", "xor", 0, 0.97, "it learned")
    again = Answers(tmp_path)
    for one in (kept, again):
        assert {p: a.value for p, a in one.of("xor", 0).items()} == {"anna": "yes", "ben": "no"}
        assert one.of("xor", 0)["anna"].seen == 0.97
        assert one.of("xor", 1) == {}
        assert one.histogram("xor", 0).bars == (("yes", 1), ("no", 1))
        assert one.outcomes("xor", 0).bars == (("it learned", 1),)
        assert one.histogram("xor", 0).count == 2


def test_the_file_is_only_appended_to(tmp_path: Path) -> None:
    kept, sizes = Answers(tmp_path), []
    before = b""
    for person in ("a", "b", "c"):
        kept.predicted(person, "xor", 0, "number", 3)
        now = (tmp_path / ANSWERS_FILE).read_bytes()
        assert now.startswith(before)
        before, _ = now, sizes.append(len(now))
    assert sizes == sorted(set(sizes))


def test_an_outcome_that_is_told_again_is_no_new_line(tmp_path: Path) -> None:
    kept = Answers(tmp_path)
    for _time in range(5):
        kept.outcome("anna", "xor", 0, 0.97, "it learned")
    assert kept.count == 1
    kept.outcome("anna", "xor", 0, 0.5, "it did not")
    assert kept.outcomes("xor", 0).bars == (("it did not", 1),)


def test_a_few_numbers_stand_for_themselves_and_many_in_stretches(tmp_path: Path) -> None:
    kept = Answers(tmp_path)
    for i, value in enumerate([2, 2, 10]):
        kept.predicted(f"p{i}", "rate", 0, "number", value)
    assert kept.histogram("rate", 0).bars == (("2", 2), ("10", 1))
    for i in range(100):
        kept.predicted(f"q{i}", "rate", 1, "number", i)
    counts = [count for _words, count in kept.histogram("rate", 1).bars]
    edges = [99 * i / 8 for i in range(9)]
    assert counts == [
        sum(low <= i < high or (i == 99 and high == 99) for i in range(100))
        for low, high in itertools.pairwise(edges)
    ]


def test_places_stay_places(tmp_path: Path) -> None:
    Answers(tmp_path).predicted("anna", "xor", 0, "place", (1.5, -2))
    assert Answers(tmp_path).histogram("xor", 0).places == ((1.5, -2.0),)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("choice", ""),
        ("choice", "x" * 301),
        ("choice", 3),
        ("number", math.nan),
        ("number", math.inf),
        ("number", 1e300),
        ("number", True),
        ("place", (1.0,)),
        ("place", (math.nan, 0)),
        ("place", "here"),
    ],
)
def test_what_is_no_answer_is_refused(tmp_path: Path, kind: str, value: object) -> None:
    kept = Answers(tmp_path)
    with pytest.raises(NnlabError):
        kept.predicted("anna", "xor", 0, kind, value)  # ty: ignore[invalid-argument-type]
    assert kept.count == 0
    assert not (tmp_path / ANSWERS_FILE).exists()


def test_ids_are_bounded(tmp_path: Path) -> None:
    with pytest.raises(NnlabError):
        Answers(tmp_path).predicted("anna", "x" * 101, 0, "choice", "yes")


def test_a_class_gives_so_many_answers_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ANSWERS", 3)
    kept = Answers(tmp_path)
    for i in range(3):
        kept.predicted(f"p{i}", "xor", 0, "choice", "yes")
    with pytest.raises(NnlabError, match="3 answers"):
        kept.predicted("another", "xor", 0, "choice", "yes")


def test_one_person_does_not_use_up_what_the_class_may_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_OF_ONE", 4)
    kept = Answers(tmp_path)
    for i in range(4):  # two runs in turn, each time another outcome
        kept.outcome("anna", "xor", 0, float(i % 2), "")
    for again in (kept, Answers(tmp_path)):
        with pytest.raises(NnlabError, match="given 4 answers"):
            again.outcome("anna", "xor", 0, 5.0, "")
    kept.outcome("ben", "xor", 0, 5.0, "")


def test_a_line_that_was_cut_short_is_passed_over_and_older_classes_are_others(
    tmp_path: Path,
) -> None:
    kept = Answers(tmp_path)
    at = kept.predicted("anna", "xor", 0, "choice", "yes").at
    with (tmp_path / ANSWERS_FILE).open("a") as file:
        file.write(json.dumps({"person": "ben"})[:7] + "\n")
    assert set(Answers(tmp_path).of("xor", 0)) == {"anna"}
    assert Answers(tmp_path, begun=at + 1).count == 0
