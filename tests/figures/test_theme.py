import subprocess
import sys
from itertools import combinations

import pytest

from nnlab.figures import theme
from tests.figures.colour import VISIONS, contrast, difference

both_themes = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


def test_the_contrast_formula_gives_the_published_extremes():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@both_themes
@pytest.mark.parametrize("text", [theme.ink, theme.quiet, theme.accent, theme.reported])
def test_text_is_readable_on_the_page(text, dark):
    assert contrast(text(dark), theme.paper(dark)) >= 4.5


@both_themes
@pytest.mark.parametrize(
    "line", [theme.ink, theme.accent, theme.winner, theme.quiet, theme.reported]
)
def test_lines_and_bars_stand_out_from_the_page(line, dark):
    assert contrast(line(dark), theme.paper(dark)) >= 3


@both_themes
def test_outlines_of_points_stand_out_where_the_network_is_undecided(dark):
    assert contrast(theme.ink(dark), theme.neutral(dark)) >= 3


@both_themes
@pytest.mark.parametrize("vision", VISIONS)
def test_training_and_validation_curves_differ_in_every_vision(vision, dark):
    assert difference(theme.ink(dark), theme.accent(dark), vision) > 30


@both_themes
@pytest.mark.parametrize("vision", VISIONS)
def test_a_reported_curve_differs_from_ours_in_every_vision(vision, dark):
    for ours in (theme.ink(dark), theme.accent(dark)):
        assert difference(theme.reported(dark), ours, vision) > 20


def test_ten_classes_are_told_apart():
    assert len(theme.CLASS_COLOURS) == 10
    pairs = list(combinations(theme.CLASS_COLOURS, 2))
    assert min(difference(a, b, "usual") for a, b in pairs) > 25
    for vision in VISIONS:
        assert min(difference(a, b, vision) for a, b in pairs) > 15


@pytest.mark.parametrize("vision", VISIONS)
def test_orange_and_blue_are_opposites_in_every_vision(vision):
    assert difference(theme.ORANGE, theme.BLUE, vision) > 60


def test_pandas_is_whole_before_the_first_figure() -> None:
    """Plotly takes a pandas that another thread is still importing for the whole one."""
    code = "import sys, nnlab.figures.theme; assert hasattr(sys.modules['pandas'], 'Series')"
    subprocess.run([sys.executable, "-c", code], check=True)
