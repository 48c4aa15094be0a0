import numpy as np
import pytest

from nnlab.figures import theme
from nnlab.figures.confusion import confusion_figure, describe_confusion
from tests.figures.colour import contrast
from tests.figures.shipped import checked

COUNTS = np.array([[8, 2, 0], [1, 3, 0], [0, 0, 0]])
NAMES = ("zero", "one", "none of them")
both_themes = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


@both_themes
def test_each_count_stands_in_its_cell_with_rows_the_true_classes_from_the_top(dark) -> None:
    spec = checked(confusion_figure(COUNTS, NAMES, dark=dark)).to_dict()
    numbers = {(note["y"], note["x"]): note["text"] for note in spec["layout"]["annotations"]}
    assert numbers == {(0, 0): "8", (0, 1): "2", (1, 0): "1", (1, 1): "3"}
    top, bottom = spec["layout"]["yaxis"]["range"]
    assert (top, bottom) == (2.5, -0.5)  # plotly's first end is the lower one
    assert spec["layout"]["yaxis"]["title"]["text"] == "true class"
    assert spec["data"][0]["customdata"][0][1] == ["zero", "one", 2]


def test_the_colour_is_the_share_of_the_true_class() -> None:
    heat = confusion_figure(COUNTS, NAMES, dark=False).to_dict()["data"][0]
    np.testing.assert_allclose(heat["z"], [[0.8, 0.2, 0], [0.25, 0.75, 0], [0, 0, 0]])
    assert (heat["zmin"], heat["zmax"]) == (0, 1)


@both_themes
def test_numbers_are_readable_on_every_colour_that_they_stand_on(dark) -> None:
    for share in np.linspace(0.01, 1, 34):
        counts = np.array([[round(1000 * share), 1000 - round(1000 * share)], [0, 1]])
        notes = confusion_figure(counts, ("a", "b"), dark=dark).to_dict()["layout"]["annotations"]
        colour = next(note["font"]["color"] for note in notes if (note["x"], note["y"]) == (0, 0))
        red, green, blue = theme.mix(theme.neutral(dark), theme.BLUE, np.array([share]))[0]
        assert contrast(colour, f"#{red:02X}{green:02X}{blue:02X}") >= 3.4


def test_the_sentence_names_the_most_frequent_mistake() -> None:
    said = describe_confusion(COUNTS, NAMES)
    assert "11 of 14 (78.6%)" in said
    assert "zero read as one, 2 times" in said
    assert "mistake" not in describe_confusion(np.diag([3, 4, 0]), NAMES)
    assert "no examples" in describe_confusion(np.zeros((3, 3), int), NAMES)
