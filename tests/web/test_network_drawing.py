"""Where the drawing of a network has its lines and inputs, and how wide its lines are."""

from typing import Any

from playwright.sync_api import Page

SCALES = """async ({lines, unit}) => {
    const { scales } = await import("/web/network_paint.js");
    return [...scales(lines, unit)];
}"""
ARRANGED = """async ({drawing, width, height}) => {
    const { arranged } = await import("/web/network_layout.js");
    return arranged(drawing, width, height);
}"""
WIDEST = 9


def line(layer: int, value: float | None) -> dict[str, Any]:
    return {"layer": layer, "value": value}


def test_a_layer_of_large_weights_is_drawn_thinner_as_a_whole_and_no_other_layer_is(
    page: Page,
) -> None:
    lines = [line(1, 2.0), line(1, -60.0), line(2, 0.5), line(3, None)]
    pixels = dict(page.evaluate(SCALES, {"lines": lines, "unit": 1}))
    assert pixels[1] * 60 == WIDEST, "the widest line is as wide as any"
    assert pixels[2] == pixels[3] == 1.6, "weights of usual size have the usual width"


def test_inputs_that_are_off_have_a_row_and_each_that_is_on_stands_in_its_own(page: Page) -> None:
    inputs = [{"name": name, "unit": unit} for name, unit in (("a", 1), ("b", None), ("c", 0))]
    drawing = {
        "form": {"inputs": inputs, "widths": [2]},
        "layers": [{"labels": [""] * units, "notes": []} for units in (2, 2, 1)],
    }
    found = page.evaluate(ARRANGED, {"drawing": drawing, "width": 600, "height": 320})
    rows = found["rows"]
    assert rows == sorted(rows)
    assert len(set(rows)) == 3
    assert [place["y"] for place in found["places"][0]] == [rows[2], rows[0]]
    low, high = rows[0] - found["side"] / 2, rows[2] + found["side"] / 2
    assert low >= 0
    assert high <= 320
