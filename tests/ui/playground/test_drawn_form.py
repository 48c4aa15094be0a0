"""What the drawing of a network offers to change."""

import pytest

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
