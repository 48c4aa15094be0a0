"""Charts for a lecture hall."""

from tests.web.modules import Modules


def test_a_chart_for_a_hall_has_larger_letters_and_room_for_them(page: Modules) -> None:
    layout = {
        "font": {"size": 14, "color": "#000"},
        "height": 200,
        "margin": {"l": 40, "r": 10, "t": 20, "b": 30},
        "xaxis": {"range": [0, 14], "title": {"text": "step", "font": {"size": 12}, "standoff": 4}},
        "annotations": [{"text": "x", "x": 1, "xshift": 8, "font": {"size": 14}}],
        "images": [{"sizex": 12, "sizey": 12}],
    }
    one, two = page.evaluate(
        """async (layout) => {
          const { larger } = await import("/web/larger.js");
          const two = larger(layout, 2);
          return [larger(layout, 1), two];
        }""",
        layout,
    )
    assert one == layout
    assert two == {
        "font": {"size": 28, "color": "#000"},
        "height": 200,
        "margin": {"l": 80, "r": 20, "t": 40, "b": 60},
        "xaxis": {"range": [0, 14], "title": {"text": "step", "font": {"size": 24}, "standoff": 8}},
        "annotations": [{"text": "x", "x": 1, "xshift": 16, "font": {"size": 28}}],
        "images": [{"sizex": 12, "sizey": 12}],
    }
