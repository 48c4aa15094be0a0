"""What the drawing of a network offers to change."""

from types import SimpleNamespace
from typing import Any

import pytest

import nnlab.ui.playground.network.drawn_form as module
from nnlab.ui.playground.form.layers import Hidden, Mlp
from nnlab.ui.playground.network.drawn_form import offered

MLP = Mlp(inputs=("x2", "x1*x2"), hidden=(Hidden(3), Hidden(20)))


def test_every_input_is_offered_with_its_place_among_those_that_are_drawn() -> None:
    found = offered(MLP, 2, ())
    assert [(one["name"], one["unit"]) for one in found["inputs"]] == [
        ("x1", None),
        ("x2", 0),
        ("x1^2", None),
        ("x2^2", None),
        ("x1*x2", 1),
        *((f"{name}(x{place})", None) for name in ("sin", "cos") for place in (1, 2)),
    ]
    assert found["inputs"][4]["label"] == "x₁x₂"
    assert (found["widths"], found["most"]) == ([3, 20], 20)


@pytest.mark.parametrize(("count", "units"), [(1, [0, None, None, None]), (3, []), (0, [])])
def test_raw_inputs_are_on_and_of_more_than_two_none_is_offered(
    count: int, units: list[int | None]
) -> None:
    assert [one["unit"] for one in offered(Mlp(), count, ())["inputs"]] == units


def test_what_a_link_hides_is_not_offered_on_the_drawing_either() -> None:
    assert offered(MLP, 2, ("inputs",))["inputs"] == []
    assert offered(MLP, 2, ("network",))["widths"] == []


def test_a_table_calls_its_inputs_by_the_names_of_its_columns() -> None:
    labels = [one["label"] for one in offered(Mlp(), 2, (), ("height", "weight"))["inputs"]]
    assert labels[:4] == ["height", "weight", "x₁²", "x₂²"]


@pytest.mark.parametrize(
    "said",
    [
        {"width": [True, 3]},
        {"width": [0, True]},
        {"width": [2, 3]},
        {"width": [-1, 3]},
        {"width": [0, 0]},
        {"width": [0, 21]},
        {"width": [0]},
        {"width": "0,3"},
        {"inputs": "x1"},
        {"other": 1},
    ],
)
def test_what_the_drawing_does_not_offer_is_left_alone(
    said: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = changes_of(said, offered(MLP, 2, ()), monkeypatch)
    assert changed == {}


def test_what_it_offers_is_taken_and_unknown_inputs_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    form = offered(MLP, 2, ())
    assert changes_of({"width": [1, 20]}, form, monkeypatch) == {"width_1": 20}
    taken = changes_of({"inputs": ["x1", "nonsense", 3]}, form, monkeypatch)
    assert taken == {"inputs": ["x1"]}


def test_nothing_is_taken_where_nothing_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = offered(MLP, 2, ("inputs", "network"))
    for form in (None, hidden):
        assert changes_of({"width": [0, 3]}, form, monkeypatch) == {}
        assert changes_of({"inputs": ["x1"]}, form, monkeypatch) == {}


def changes_of(
    said: dict[str, Any], form: dict[str, Any] | None, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """The widgets that get another value."""
    widgets: dict[str, Any] = {}
    monkeypatch.setattr(module, "widgets", widgets)
    monkeypatch.setattr(module, "put_inputs", lambda names: widgets.update(inputs=names))
    monkeypatch.setattr(module, "drawn_form", lambda _frame: form)
    frame: Any = SimpleNamespace(state=SimpleNamespace(is_refilled=False))
    module.change_form(frame, said)
    return widgets
