"""Own points, placed on the plane with the mouse."""

import re
from pathlib import Path

from tests.browser.lab import Lab

PLANE = """() => {
    const plot = document.querySelector('.st-key-boundary_chart .nnlab-chart.clickable');
    if (!plot?._fullLayout) return null;
    const { xaxis, yaxis } = plot._fullLayout;
    const box = plot.querySelector('.svg-container').getBoundingClientRect();
    return { left: box.left + xaxis._offset, top: box.top + yaxis._offset,
             width: xaxis._length, height: yaxis._length, x: xaxis.range, y: yaxis.range };
}"""
DRAWN = "() => document.querySelectorAll('.st-key-boundary_chart .scatterlayer .point').length"
SQUARE = ((-4.0, 4.0), (-2.0, 3.0), (-4.0, 1.0), (-3.0, 2.0))


def own_points(lab: Lab) -> None:
    """Choose own points, and wait for their tools."""
    lab.choose("dataset", "own points")
    lab.wait_for("the tools of own points", lab.at("point_tools").is_visible)
    lab.wait_for("a plane to click on", lambda: lab.page.evaluate(PLANE))
    lab.wait_equal("points", lambda: drawn(lab), 0)


def drawn(lab: Lab) -> int:
    """How many points the chart shows."""
    return lab.page.evaluate(DRAWN)


def click_at(lab: Lab, x: float, y: float) -> None:
    """Press the mouse at a place of the plane."""
    plane = lab.wait_for("the plane", lambda: lab.page.evaluate(PLANE))
    (left, right), (low, high) = plane["x"], plane["y"]
    across = plane["left"] + (x - left) / (right - left) * plane["width"]
    down = plane["top"] + (high - y) / (high - low) * plane["height"]
    lab.page.mouse.click(across, down)


def tool(lab: Lab, name: str) -> None:
    """Choose what a click does, and wait until it is chosen."""
    pill = lab.at("playground_point_tool").get_by_role("radio", name=re.compile(rf"{name}$"))
    pill.click()
    lab.wait_for(f"the tool {name}", lambda: pill.get_attribute("aria-checked") == "true")


def test_points_are_clicked_onto_the_plane_trained_on_and_erased_again(lab: Lab) -> None:
    lab.open("/playground")
    own_points(lab)
    for x, y in SQUARE:  # in quick succession, and none is lost
        click_at(lab, x, y)
    lab.wait_equal("points", lambda: drawn(lab), 4)
    lab.wait_text("add points of another class")
    tool(lab, "1")
    for x, y in SQUARE:
        click_at(lab, -x, y - 5)
    lab.wait_equal("points", lambda: drawn(lab), 8)
    lab.wait_text("class 0: 4 · class 1: 4")
    lab.train()
    lab.wait_figure("train", "accuracy", 1.0)
    tool(lab, "erase")
    click_at(lab, -3, 2)
    lab.wait_equal("points", lambda: drawn(lab), 7)
    lab.wait_text("class 0: 3 · class 1: 4")
    assert lab.wait_status("ready").step == 0
    lab.click("playground_points_undo")
    lab.wait_equal("points", lambda: drawn(lab), 8)


def test_a_curve_is_fitted_to_points_that_were_clicked(lab: Lab) -> None:
    lab.open("/playground")
    lab.choose("playground_problem", "Curve")
    own_points(lab)
    for x in (-4, -1, 2, 5):
        click_at(lab, x, x / 2)
    lab.wait_equal("points", lambda: drawn(lab), 4)
    lab.train()
    lab.wait_step(10)


def test_a_table_of_four_rows_is_trained_on_as_it_comes(lab: Lab, tmp_path: Path) -> None:
    lab.open("/playground")
    lab.choose("dataset", "own table")
    table = tmp_path / "xor.csv"
    table.write_text("a,b,kind\n0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n")
    lab.page.locator(".st-key-playground_csv_file input").set_input_files(table)
    lab.wait_text("only 4 rows train: each step takes all of them")
    lab.train()
    lab.wait_step(100)
    lab.click("stop")
    lab.wait_status("stopped")
