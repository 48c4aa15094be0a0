"""Chapter 4, as a page."""

import re
from html import unescape

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch.nn import functional as F

from nnlab.learn.softmax.scores import Scores
from nnlab.learn.softmax.steps import steps_of, targets_of
from nnlab.texts import number
from tests.ui.conftest import html
from tests.ui.learn.chapters import opened, ran, text

pytestmark = pytest.mark.usefixtures("quiet_server")


def test_the_table_has_pytorchs_digits_of_what_was_set() -> None:
    test = opened(chapter="softmax")
    scores = Scores((1.5, -2.25, 0.5), 2, 2.0, 0.1)
    test.session_state["learn_softmax_scores"] = scores
    ran(test)
    steps = steps_of(scores)
    for value in (*steps.probabilities.tolist(), *steps.gradient.tolist(), steps.loss):
        assert f"<td>{number(value, None)}</td>" in html(test)


def test_each_closer_look_opens_and_overflow_is_seen() -> None:
    test = opened(chapter="softmax")
    for look in ("losses", "sigmoid", "overflow"):
        test.session_state["learn_softmax_closer"] = look
        ran(test)
    assert "NaN" not in html(test)
    test.slider(key="learn_softmax_shift").set_value(90)
    ran(test)
    assert "NaN" in html(test)
    assert "∞" in html(test)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_code_in_the_tables_gives_the_numbers_beside_it(smoothing: float) -> None:
    scores = Scores((1.5, -2.25, 0.5), 2, 2.0, smoothing)
    names: dict[str, object] = {
        "torch": torch,
        "F": F,
        "T": scores.temperature,
        "target": torch.tensor(2),
    }
    names |= {"y": targets_of(scores), "z": torch.tensor(scores.logits)}
    test = opened(chapter="softmax")
    test.session_state["learn_softmax_scores"] = scores
    ran(test)
    assert values_of_code(test, names) == 2
    test.session_state["learn_softmax_closer"] = "sigmoid"
    ran(test)
    (line,) = (one.value for one in test.code if one.value.startswith("z = "))
    names["z"] = eval(line.removeprefix("z = "), names)
    assert values_of_code(test, names) == 4


def values_of_code(test: AppTest, names: dict[str, object]) -> int:
    """How many lines of code stand in a table; each gives what stands beside it."""
    rows = re.findall(r"<th[^>]*>((?:F|torch|-)[^<]*\))(\[1\])?</th><td>([^<]*)</td>", html(test))
    for code, at, value in rows:
        assert number(float(eval(unescape(code + at), names)), None) == value
    return len(rows)


def test_the_slopes_at_the_far_left_are_those_of_the_formula() -> None:
    """At T = 10 the squared error pulls there too."""
    test = opened(chapter="softmax")
    test.session_state["learn_softmax_scores"] = Scores((0.0, 1.0, -1.0), 1, 10.0)
    test.session_state["learn_softmax_closer"] = "losses"
    ran(test)
    z = np.array([0.0, -10.0, -1.0]) / 10
    p = np.exp(z) / np.exp(z).sum()
    y = np.array([0.0, 1.0, 0.0])
    squared = 2 * ((p - y) * p * ((np.arange(3) == 1) - p[1])).sum() / 10
    slopes = number((p[1] - 1) / 10), number(squared)
    assert "At the far left, at −10: cross-entropy {}, squared error {}".format(*slopes) in text(
        test
    )
    assert "−y / T = −0.1" in text(test)


def test_a_problem_of_the_picture_is_said() -> None:
    test: AppTest = opened(chapter="softmax")
    test.session_state["learn_softmax_problem"] = "The picture has 2 to 6 logits."
    ran(test)
    assert "2 to 6 logits" in test.error[0].value
