"""Who is stuck: by the losses that a run has told."""

import pytest

from nnlab.classroom.judgement import Judgement, Point, judge
from nnlab.runs.record.status import Status


def course(loss: float, falls: float, accuracy: float | None, steps: int = 3000) -> list[Point]:
    """Every ten steps one point; the loss falls by so much over all of them."""
    count = steps // 10
    return [
        Point(10 * (i + 1), train_loss=loss - falls * i / count, train_accuracy=accuracy)
        for i in range(count)
    ]


@pytest.mark.parametrize(
    ("points", "word"),
    [
        (course(0.7, 0.0, 0.5), "stuck"),
        (course(0.7, 0.0, 0.5, steps=1490), "training"),  # too early to say
        (course(0.7, 0.6, 0.5), "training"),  # it falls
        (course(0.7, 0.0, 0.95), "training"),  # it is good already
        (course(0.7, 0.0, None), "training"),  # of a regression nobody can say
        (course(0.7, -0.3, 0.5), "stuck"),  # it grows
    ],
)
def test_who_trains_is_stuck_where_the_loss_falls_no_more(
    points: list[Point], word: Judgement
) -> None:
    found, why = judge("running", points, 0.1)
    assert found == word
    assert (why is not None) == (word == "stuck")


def test_a_run_that_tells_nothing_for_long_is_stuck() -> None:
    assert judge("running", course(0.7, 0.6, 0.5), 19)[0] == "training"
    word, why = judge("running", course(0.7, 0.6, 0.5), 25)
    assert (word, why) == ("stuck", "The run has told nothing for 25 s.")


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (None, "not_begun"),
        ("queued", "training"),
        ("starting", "training"),
        ("paused", "paused"),
        ("interrupted", "paused"),
        ("diverged", "diverged"),
        ("failed", "stuck"),
        ("finished", "done"),
        ("stopped", "done"),
    ],
)
def test_every_other_status_has_its_word(status: Status | None, word: Judgement) -> None:
    assert judge(status, [], 1000.0)[0] == word
