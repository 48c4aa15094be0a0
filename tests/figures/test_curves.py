import numpy as np
import pytest

from nnlab.figures import theme
from nnlab.figures.curves import accuracy_figure, loss_figure, r2_figure
from tests.figures.shipped import checked, shipped, values

NONE = np.zeros(0)
STEPS = np.arange(1, 5) * 25
LOSSES = np.array([0.7, 0.5123456, np.nan, 0.25])

figures = pytest.mark.parametrize("draw", [loss_figure, accuracy_figure, r2_figure])
both_themes = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


@figures
@both_themes
def test_empty_and_full_figures_are_valid_and_differ_in_neither_traces_nor_size(draw, dark):
    empty = checked(draw(NONE, NONE, NONE, NONE, dark=dark))
    full = checked(draw(STEPS, LOSSES, STEPS[::2], LOSSES[::2], dark=dark))
    assert [trace.name for trace in full.data] == ["train", "validation"]
    assert [trace.name for trace in empty.data] == ["train", "validation"]
    for same in ("height", "margin"):
        assert empty.layout[same] == full.layout[same]
    assert empty.layout.height


@figures
def test_only_an_empty_figure_says_what_to_do(draw):
    assert "press Train" in shipped(draw(NONE, NONE, NONE, NONE, dark=False))
    assert "press Train" not in shipped(draw(STEPS, LOSSES, NONE, NONE, dark=False))


@figures
def test_training_is_solid_and_validation_dashed_and_both_are_thick(draw):
    train, val = draw(STEPS, LOSSES, STEPS, LOSSES, dark=False).data
    assert train.line.dash == "solid"
    assert val.line.dash != "solid"
    assert train.line.color != val.line.color
    assert min(train.line.width, val.line.width) >= 2.5


def test_what_is_drawn_are_the_numbers_themselves():
    train, val = loss_figure(STEPS, LOSSES, STEPS[::2], LOSSES[::2], dark=False).to_dict()["data"]
    np.testing.assert_array_equal(values(train["x"]), STEPS)
    np.testing.assert_array_equal(values(train["y"]), LOSSES.astype(np.float32))
    np.testing.assert_array_equal(values(val["x"]), [25, 75])
    assert train["hovertemplate"] == "%{y:.6g}"


def test_steps_beyond_a_million_stay_exact():
    steps = np.arange(3) + 40_000_001
    train = loss_figure(steps, np.ones(3), NONE, NONE, dark=False).to_dict()["data"][0]
    assert values(train["x"]).tolist() == steps.tolist()


def test_accuracy_is_drawn_in_percent_on_a_fixed_axis():
    figure = accuracy_figure(STEPS, np.array([0.5, 0.625, 0.75, 1.0]), NONE, NONE, dark=False)
    spec = figure.to_dict()
    assert values(spec["data"][0]["y"]).tolist() == [50, 62.5, 75, 100]
    low, high = spec["layout"]["yaxis"]["range"]
    assert low == 0
    assert 100 <= high < 105


def test_the_loss_axis_begins_at_zero_or_is_logarithmic():
    def axis(log_y: bool) -> dict:
        return loss_figure(STEPS, LOSSES, NONE, NONE, log_y=log_y, dark=False).to_dict()["layout"][
            "yaxis"
        ]

    assert axis(False)["rangemode"] == "tozero"
    assert axis(True)["type"] == "log"


@figures
@both_themes
def test_no_text_is_smaller_than_14_pixels_and_no_line_thinner_than_2_and_a_half(draw, dark):
    spec = draw(NONE, NONE, NONE, NONE, dark=dark).to_dict()
    sizes = [size for size in _found(spec, "size") if isinstance(size, int)]
    assert len(sizes) > 3
    assert min(sizes) >= 14
    assert theme.LINE_WIDTH >= 2.5


def _found(part: object, name: str) -> list:
    if isinstance(part, dict):
        own = [part[name]] if name in part else []
        return own + [hit for inner in part.values() for hit in _found(inner, name)]
    if isinstance(part, (list, tuple)):
        return [hit for inner in part for hit in _found(inner, name)]
    return []


def test_what_is_drawn_after_an_empty_chart_does_not_inherit_its_fixed_axes() -> None:
    none, some = np.array([]), np.array([1.0, 2.0])
    for figure in (loss_figure, accuracy_figure):
        empty, drawn = (
            figure(x, x, none, none, dark=False).to_plotly_json()["layout"] for x in (none, some)
        )
        assert "range" in empty["xaxis"]
        assert "range" not in drawn["xaxis"]
        assert empty["uirevision"] != drawn["uirevision"]


REPORTED = np.array([1.0, 2.0, 3.0]), np.array([0.9, 0.5, 0.25])


@pytest.mark.parametrize("draw", [loss_figure, accuracy_figure])
@both_themes
def test_what_was_reported_is_a_dashed_line_from_before_training_to_its_end(draw, dark):
    for x, y in ((NONE, NONE), (STEPS, LOSSES)):
        figure = checked(draw(x, y, NONE, NONE, reference=REPORTED, dark=dark))
        assert [trace.name for trace in figure.data] == ["train", "validation", "reported"]
        assert figure.data[2].line.dash not in (None, "solid")
        assert len({trace.line.color for trace in figure.data}) == 3
        assert "reported" in figure.layout.annotations[0].text
        assert "press Train" not in shipped(figure)


def test_the_reported_figures_are_the_numbers_themselves_and_accuracies_percent():
    for draw, scale in ((loss_figure, 1), (accuracy_figure, 100)):
        trace = draw(NONE, NONE, NONE, NONE, reference=REPORTED, dark=False).to_dict()["data"][2]
        np.testing.assert_array_equal(values(trace["x"]), REPORTED[0])
        np.testing.assert_allclose(values(trace["y"]), scale * REPORTED[1], rtol=1e-6)


@figures
def test_without_a_reference_nothing_is_said_of_one(draw):
    assert "reported" not in shipped(draw(STEPS, LOSSES, NONE, NONE, dark=False))
