"""A lesson as a student goes through it: predict, run, explain, go on, and come back."""

from nnlab.lessons import lesson_by_id
from tests.browser.conftest import Open
from tests.browser.server import App

NEXT = "playground_lesson_next"


def test_a_lesson_is_predicted_run_and_explained(app: App, open_page: Open) -> None:
    lab = open_page(app, width=1280, height=720).open("/lessons")
    lab.click("lessons_open_batch-size")
    lab.wait_for("the plane", lambda: lab.picture("boundary_chart"))
    train = lab.page.locator(".st-key-train button:visible").first
    assert train.is_disabled()
    inside = {key: lab.box(key) for key in ("lesson", "train", "boundary_chart", "loss_chart")}
    for key, box in inside.items():
        assert box["y"] + box["height"] <= 720, key

    lab.page.locator(".st-key-lesson label", has_text="Below 0.2").click()
    lab.click("playground_lesson_batch-size_1_commit")
    lab.wait_for("Train", train.is_enabled)
    lab.train()
    lab.page.wait_for_selector(f".st-key-{NEXT}")
    lesson = lesson_by_id("batch-size")
    said = lab.wait_text(lesson.steps[0].explanation)
    assert "not as predicted" in said
    after = {key: lab.box(key) for key in inside}
    assert after == inside, "what the student looks at stays where it is"

    lab.page.reload()
    lab.page.wait_for_selector(f".st-key-{NEXT}")
    lab.wait_text(lesson.steps[0].explanation)

    lab.click(NEXT)
    lab.wait_text("step 2 of 3")
    lab.wait_for("no Train yet", train.is_disabled)
    lab.page.go_back()
    lab.wait_text(lesson.steps[0].explanation)
