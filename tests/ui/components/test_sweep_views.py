"""What a person picks in the views of a sweep, as the page hears it."""

from typing import Any

import pytest

from nnlab.ui.components import sweep_views
from nnlab.ui.components.sweep_views import SweepPick, told_pick
from nnlab.ui.session.charts import ChartState

BEFORE = SweepPick((1,), "val_loss")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> ChartState:
    state = ChartState()
    monkeypatch.setattr(sweep_views, "chart_state", lambda _key: state)
    return state


def told(monkeypatch: pytest.MonkeyPatch, pick: object) -> SweepPick:
    elements: dict[str, Any] = {"views": {"pick": pick}}
    monkeypatch.setattr(sweep_views, "elements", elements)
    return told_pick("views", BEFORE)


def test_a_newer_pick_of_the_browser_counts_once(
    monkeypatch: pytest.MonkeyPatch, heard: ChartState
) -> None:
    pick = {"number": 1, "nets": [3, 5], "metric": "train_loss", "of": "best"}
    assert told(monkeypatch, pick) == SweepPick((3, 5), "train_loss", "best")
    assert heard.heard == 1
    assert told(monkeypatch, pick) == BEFORE, "the page may have picked by itself since"


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("pick", [None, 3, {}, {"number": 0}])
def test_without_a_pick_that_of_the_page_stays(
    monkeypatch: pytest.MonkeyPatch, pick: object
) -> None:
    assert told(monkeypatch, pick) == BEFORE


@pytest.mark.usefixtures("heard")
def test_a_pick_that_is_none_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser may send whatever it likes."""
    pick = {"number": 1, "nets": [-1, "4", 2.5, None, 7, 8, 9], "metric": 5, "of": "worst"}
    assert told(monkeypatch, pick) == SweepPick((8, 9), None, "last")


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("pick", [{"number": "x", "nets": [1]}, {"number": 2, "nets": 7}])
def test_a_pick_that_cannot_be_read_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, pick: object
) -> None:
    assert told(monkeypatch, pick) == BEFORE
