"""Classes of one's own on the Draw page, named, drawn, trained and tried in a real browser."""

from pathlib import Path

from tests.browser.conftest import Open
from tests.browser.draw.test_draw import answer, draw, open_draw, received
from tests.browser.lab import Lab
from tests.browser.server import running_app

Stroke = tuple[tuple[float, float], ...]


def bar(number: int) -> list[Stroke]:
    """A thick upright line, at each number somewhere else."""
    x = 80 + 25 * number
    return [((x, 50), (x + 4 * number, 230))]


def equals(number: int) -> list[Stroke]:
    """Two lines that lie, apart from each other."""
    y = 70 + 12 * number
    return [((60, y), (220, y + 2 * number)), ((60, y + 70), (220, y + 72))]


def draw_all(lab: Lab, strokes: list[Stroke]) -> None:
    before = received(lab)
    for stroke in strokes:
        draw(lab, *stroke)
    lab.wait_for("the drawing to arrive", lambda: received(lab) != before)
    lab.page.wait_for_timeout(600)  # the last stroke, too


def test_two_classes_are_taught_by_five_drawings_each(tmp_path: Path, open_page: Open) -> None:
    with running_app(tmp_path) as app:
        lab = open_draw(open_page(app, height=1300))
        lab.page.get_by_text("Teach", exact=True).first.click()
        lab.page.get_by_text("Your own classes", exact=True).first.click()
        names = lab.page.locator(".st-key-draw_class_names input")
        names.fill("bar, two <b>lines</b>")
        names.press("Enter")
        lab.wait_text("bar · 0 / 5")
        for number in range(5):
            for label, shape in enumerate((bar, equals)):
                draw_all(lab, shape(number))
                lab.click(f"draw_own_{label}")
                name = ("bar", "two <b>lines</b>")[label]
                done = f" · {number + 1}" + (" / 5" if number < 4 else "")
                lab.wait_text(name + done)
        lab.click("draw_train_own")
        lab.wait_text("Draw on the black sheet and watch the bars", seconds=180)
        lab.wait_text("By the weights of step 200.", seconds=180)
        draw_all(lab, equals(2))
        lab.wait_for("two lines, as one drawing", lambda: answer(lab) == "two <b>lines</b>", 180)
        assert not lab.trouble()
