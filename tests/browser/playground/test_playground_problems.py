"""Other problems than classes, by the mouse: values over the plane, and what the pointer reads."""

import re

from tests.browser.lab import Lab

ANSWER = re.compile(r"x₁ (-?[\d.]+), x₂ (-?[\d.]+) → ŷ = (-?[\d.]+)")


def test_a_regression_is_chosen_learned_and_read_off_with_the_mouse(lab: Lab) -> None:
    lab.open("/playground?hide=noise,rate")
    lab.wait_for("the first picture", lambda: lab.picture("boundary_chart"))
    lab.choose("playground_problem", "Regression")
    lab.wait_for("its data sets", lambda: "bumps" in lab.at("dataset").inner_text())
    lab.wait_for("R²", lambda: "R²" in lab.at("figures").inner_text())
    assert lab.at("playground_noise").count() == 1
    lab.wait_for("no slider of the noise", lambda: not lab.at("playground_noise").is_visible())
    lab.wait_for("no slider of the rate", lambda: not lab.at("lr").is_visible())
    lab.train()
    lab.wait_for("an R² above 0.9", lambda: (r2(lab) or 0) > 0.9)
    lab.click("pause")
    lab.wait_status("paused")
    x1, x2, value = lab.wait_for("the answer at the pointer", lambda: pointed_at(lab, 0.75, 0.25))
    assert x1 > 1
    assert x2 > 1
    assert abs(value - (x1 + x2) / 10) < 0.15  # y = (x₁ + x₂) / 10
    lab.click("stop")
    lab.wait_status("stopped")


def r2(lab: Lab) -> float | None:
    """Of validation, as the table says it."""
    row = lab.at("figures").locator("tr:has(th:text-is('validation')) td")
    told = row.nth(1).get_attribute("title")
    return None if told is None else float(told)


def pointed_at(lab: Lab, across: float, down: float) -> tuple[float, ...] | None:
    """Move the pointer to a place of the plane, as shares of its sides; what the page answers."""
    lab.at("boundary_chart").scroll_into_view_if_needed()
    box = lab.box("boundary_chart")
    x, y = box["x"] + across * box["width"], box["y"] + down * box["height"]
    lab.page.mouse.move(x - 2, y)
    lab.page.mouse.move(x, y)
    lab.page.wait_for_timeout(300)
    match = ANSWER.search(lab.text())
    return None if match is None else tuple(float(number) for number in match.groups())
