import base64

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.curve_annotations import Change, Course, Parent, describe_course, with_course
from nnlab.figures.curves import accuracy_figure, loss_figure

STEPS = np.array([0.0, 100.0, 200.0])
LOSSES = np.array([0.7, 0.4, 0.2])


def loss() -> go.Figure:
    return loss_figure(STEPS, LOSSES, STEPS, LOSSES, x_title="step", dark=False)


def drawn(figure: go.Figure) -> dict:
    return go.Figure(figure.to_plotly_json()).to_plotly_json()  # plotly's own check of it all


def test_the_moment_looked_at_is_a_line_and_what_came_later_is_veiled():
    shapes = drawn(with_course(loss(), Course(past=50, last=200), dark=False))["layout"]["shapes"]
    line, veil = shapes
    assert (line["type"], line["x0"], line["x1"]) == ("line", 50, 50)
    assert (veil["type"], veil["x0"], veil["x1"]) == ("rect", 50, 200)
    assert veil["fillcolor"] == theme.paper(False)


def test_now_leaves_the_chart_as_it_is():
    plain = loss().to_plotly_json()
    assert with_course(loss(), Course(last=200), dark=False).to_plotly_json() == plain


def test_a_live_change_stands_at_its_step_with_its_words():
    course = Course(None, 200, [Change(120, "learning rate = 0.01")])
    figure = drawn(with_course(loss(), course, dark=False))
    marks = figure["data"][-1]
    assert list(marks["x"]) == [120]
    assert list(marks["text"]) == ["learning rate = 0.01"]
    assert figure["layout"]["shapes"][0]["x0"] == 120
    assert "step 120: learning rate = 0.01" in describe_course(course, has_parent=False)


def test_of_very_many_changes_the_newest_are_marked():
    course = Course(None, 200, [Change(step, "x") for step in range(100)])
    figure = with_course(loss(), course, dark=False)
    assert list(figure.to_plotly_json()["data"][-1]["x"]) == list(range(60, 100))


def test_the_parent_lies_beneath_in_grey_and_the_key_names_it():
    parent = Parent(STEPS * 2, LOSSES, STEPS * 2, LOSSES)
    plain = accuracy_figure(STEPS, LOSSES, STEPS, LOSSES, x_title="step", dark=True)
    figure = with_course(plain, Course(last=200), parent, share=True, dark=True)
    spec = drawn(figure)
    assert [trace["name"] for trace in spec["data"]] == [
        "parent, train",
        "parent, validation",
        "train",
        "validation",
    ]
    first = go.Figure(figure).data[0]
    assert first.line.color == theme.quiet(True)
    assert first.line.width < theme.LINE_WIDTH
    assert "parent" in spec["layout"]["annotations"][0]["text"]
    values = np.frombuffer(base64.b64decode(first.y["bdata"]), "<" + first.y["dtype"])
    assert np.allclose(values, 100 * LOSSES)


def test_the_veil_covers_a_parent_that_went_further():
    parent = Parent(STEPS * 5, LOSSES, STEPS[:0], LOSSES[:0])
    figure = with_course(loss(), Course(past=10, last=200), parent, dark=False)
    assert figure.to_plotly_json()["layout"]["shapes"][1]["x1"] == 1000
