"""A run's name says what it trains, and what was changed while it did."""

import pytest

from nnlab.config import Experiment
from nnlab.recipes import get
from nnlab.ui.run_names import is_title, title

SPIRAL: Experiment = get("spiral").experiment
RATE, L1 = "training.optimizer.lr", "training.l1"


def test_a_changed_rate_stands_behind_the_first_one() -> None:
    assert title(SPIRAL.with_set(RATE, 0.002), SPIRAL.with_set(RATE, 0.03)).endswith(
        "adam 0.002 → 0.03"
    )


def test_other_changes_are_told_by_their_names() -> None:
    now = SPIRAL.with_set(L1, 0.001).with_set("training.clip_norm", 2.0)
    assert title(SPIRAL, now) == f"{title(SPIRAL)}, clip_norm off → 2, l1 0 → 0.001"
    assert title(now, SPIRAL).endswith("clip_norm 2 → off, l1 0.001 → 0")


def test_without_a_change_it_is_the_title_alone() -> None:
    assert title(SPIRAL, SPIRAL) == title(SPIRAL)


def test_it_is_never_longer_than_a_name_may_be() -> None:
    now = SPIRAL
    for path in (RATE, L1, "training.optimizer.weight_decay", "training.clip_norm"):
        now = now.with_set(path, 0.00012345)
    name = title(SPIRAL, now)
    assert len(name) == 80
    assert is_title(name, SPIRAL)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (title(SPIRAL), True),
        (title(SPIRAL, SPIRAL.with_set(RATE, 1.0)), True),
        (title(SPIRAL, SPIRAL.with_set(RATE, 1.0).with_set(L1, 0.001)), True),
        (f"{title(SPIRAL)}, my best", False),
        (f"{title(SPIRAL)} again", False),
        ("my best", False),
    ],
)
def test_a_name_that_a_person_gave_is_told_from_a_title(name: str, expected: bool) -> None:
    assert is_title(name, SPIRAL) is expected
