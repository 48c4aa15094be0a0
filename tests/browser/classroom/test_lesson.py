"""A lecturer sends a step of a lesson; the wall shows what a student predicted, and what came."""

from pathlib import Path

from nnlab.lessons import lesson_by_id
from tests.browser.classroom.members import members_of
from tests.browser.conftest import Open, Start

NEXT = "classroom_next_stage"
LAST_STEPS = """[...document.querySelectorAll(".st-key-loss_chart .nnlab-chart")].flatMap(
    ({ data }) => data.filter(({ x }) => x?.length).map(({ x }) => Math.max(...x)))"""


def test_a_step_is_sent_predicted_trained_and_explained(
    tmp_path: Path, start_app: Start, open_page: Open
) -> None:
    members = members_of(tmp_path, "Anna")
    app = start_app(**{"class": 1})
    anna, lecturer = (
        members.admit(open_page(app, width=1280, height=720), name) for name in ("Anna", "Lecturer")
    )
    anna.open("/playground").train()  # something else, which is still running when the step comes
    lecturer.open("/class")
    lecturer.click("classroom_send")
    lecturer.page.locator(".st-key-classroom_lesson input").fill("Batch size")
    lecturer.page.get_by_role("option").first.click()
    lecturer.click("classroom_send_lesson")
    wall = lecturer.at("wall_lesson")

    def counts(of: int) -> list[int]:
        """Of each bar of the predictions (0) or of the outcomes (1)."""
        cells = wall.locator(".nnlab-bars").nth(of).locator("td:last-child")
        return [int(cell) for cell in cells.all_inner_texts()]

    step = lesson_by_id("batch-size").steps[0]
    lecturer.wait_for("the question", lambda: step.question.text in wall.inner_text())

    anna.click("classroom_open_sent")
    train = anna.page.locator(".st-key-train button:visible").first
    anna.wait_for("Train out of reach", train.is_disabled)
    anna.page.locator(".st-key-lesson label", has_text="Below 0.2").click()
    anna.click("playground_lesson_batch-size_1_commit")

    lecturer.wait_for("the prediction", lambda: counts(0) == [1, 0])
    anna.wait_for("Train", train.is_enabled)
    anna.click("train")
    anna.wait_text(step.explanation)
    anna.wait_for("this run's 30 steps", lambda: set(anna.page.evaluate(LAST_STEPS)) == {30})

    assert step.explanation not in wall.inner_text()
    lecturer.click(NEXT)
    lecturer.wait_for("the outcome", lambda: counts(1) == [0, 1])
    assert counts(0) == [1, 0]
    lecturer.click(NEXT)
    lecturer.wait_for("why", lambda: step.explanation in wall.inner_text())
    lecturer.click(NEXT)
    lecturer.wait_for("step 2", lambda: "step 2 of 3" in wall.inner_text())
    anna.wait_for("it there", lambda: "step 2" in anna.at("room_strip").inner_text())
