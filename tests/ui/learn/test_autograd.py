"""Chapter 1 as a page: it opens, bad input gives words, what is pressed is done by PyTorch."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnlab.ui.learn.chapters.autograd.state import MOST_EARLIER, AutogradState
from tests.ui.conftest import html
from tests.ui.learn.chapters import opened, ran

pytestmark = pytest.mark.usefixtures("quiet_server")


def typed(test: AppTest, formula: str) -> AppTest:
    test.text_input(key="learn_autograd_formula").set_value(formula)
    return ran(test)


def slope() -> float:
    """The gradient by w of the formula that the page begins with, by PyTorch alone."""
    w = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)
    x, b, y = (torch.tensor(one, dtype=torch.float64) for one in (-0.8, 0.5, 1.0))
    ((torch.tanh(x * w + b) - y) ** 2 + 0.1 * w**2).backward()
    assert w.grad is not None
    return w.grad.item()


def errors(test: AppTest) -> str:
    return "\n".join(error.value for error in test.error)


def test_it_opens_with_a_graph_and_all_its_numbers() -> None:
    test = opened(chapter="autograd")
    assert test.title[0].value == "1 · Autograd, one operation at a time"
    assert "MulBackward0" in html(test)
    assert f"<td>{slope()!r}</td>" in html(test)
    assert r"\tanh" in "\n".join(latex.value for latex in test.latex)


def test_another_formula_has_its_own_variables_and_numbers() -> None:
    test = typed(opened(chapter="autograd"), "x³ + 1")
    test.number_input(key="learn_autograd_at_x").set_value(2.0)
    ran(test)
    assert [field.label for field in test.number_input][:1] == ["x"]
    assert "<td>9.0</td>" in html(test)
    assert "<td>12.0</td>" in html(test)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("1/(b - 0.5)", "divides by zero at b = 0.5"),
        ("log(x)", "no real value at x = -0.8"),
        ("-" * 1000 + "x", "at most 200 characters"),
        ("__import__('os')", "leave it out"),
        ("2 + 3", "no variable"),
        ("", "no formula"),
        ("q + x", "Unknown variable 'q'"),
        ("<img src=x>", "leave it out"),
    ],
)
def test_what_is_no_formula_is_said_with_the_mend_and_can_be_mended(
    formula: str, words: str
) -> None:
    test = typed(opened(chapter="autograd"), formula)
    assert words in errors(test).replace("\\", "")
    assert "MulBackward0" not in html(test)
    assert errors(typed(test, "w*x")) == ""
    assert "MulBackward0" in html(test)


def test_no_grad_and_backward_again_are_pytorchs_own() -> None:
    test = opened(chapter="autograd")
    state = AutogradState(computation="", point="")
    test.session_state["AutogradState"] = state
    ran(test)
    state.act({"kind": "again"})
    ran(test)
    assert f"<td>{2 * slope()!r}</td>" in html(test)
    state.act({"kind": "zero"})
    state.act({"kind": "no_grad"})
    ran(test)
    assert repr(slope()) not in html(test)
    assert "MulBackward0" not in html(test)


def test_a_network_of_the_lab_is_a_graph_of_layers() -> None:
    test = opened(chapter="autograd")
    test.button_group(key="learn_autograd_source").set_value("network")
    ran(test)
    for part in ("network[0](x)", "0.weight", "AddmmBackward0", "F.cross_entropy(h5, y)"):
        assert part in html(test)
    test.number_input(key="learn_autograd_example").set_value(7)
    ran(test)


def test_what_a_browser_says_is_bounded() -> None:
    state = AutogradState()
    for _press in range(50):
        state.act({"kind": "again"})
    assert state.earlier == MOST_EARLIER
    for told in (
        None,
        3,
        {},
        {"kind": "open"},
        {"kind": "open", "at": "1"},
        {"kind": "x", "at": 1},
    ):
        state.act(told)
    state.act({"kind": "open", "at": 10**9})
    assert (state.opened, state.flipped) == (set(), set())
    state.act({"kind": "require", "at": 2})
    state.begin("another", "point")
    assert (state.flipped, state.earlier) == (set(), 0)
