"""A class: two students train, the lecturer sees both, pauses them, sends, and is followed."""

from pathlib import Path

from tests.browser.classroom.members import members_of
from tests.browser.conftest import Open, Start

PICTURES = """[...document.querySelectorAll(".nnlab-wall .sheet canvas")].every((canvas) => {
    const { width, height } = canvas;
    return new Set(canvas.getContext("2d").getImageData(0, 0, width, height).data).size > 9;
})"""


def test_two_train_and_the_lecturer_sees_pauses_sends_and_is_followed(
    tmp_path: Path, start_app: Start, open_page: Open
) -> None:
    members = members_of(tmp_path, "Anna", "Ben")
    app = start_app(**{"class": 1}, max_runs=8)
    anna, ben, lecturer = (
        members.admit(open_page(app, width=1280, height=720), name)
        for name in ("Anna", "Ben", "Lecturer")
    )
    for one in (anna, ben):
        one.open("/playground").train()
    lecturer.open("/class")
    tiles = lecturer.page.locator(".nnlab-wall .sheet button")

    def words() -> list[str]:
        return [tile.inner_text() for tile in tiles.all()]

    def all_say(word: str) -> bool:
        said = words()
        return len(said) == 2 and all(word in one for one in said)

    lecturer.wait_for("both on the wall", lambda: all_say("%"))
    assert [text.split("\n")[0] for text in words()] == ["Anna", "Ben"]
    lecturer.wait_for("their pictures", lambda: lecturer.page.evaluate(PICTURES))

    # One large, and back by the keyboard.
    tiles.first.press("Enter")
    large = lecturer.page.locator(".nnlab-wall .large")
    lecturer.wait_for("Anna large", lambda: "Anna" in large.inner_text())
    lecturer.page.keyboard.press("Escape")
    lecturer.wait_for("all again", lambda: tiles.first.is_visible())

    # Freeze and go on.
    lecturer.click("classroom_freeze")
    for one in (anna, ben):
        one.wait_status("paused")
        one.wait_for(
            "Resume to be out of reach",
            lambda lab=one: lab.page.locator(".st-key-resume button:disabled").count(),
        )
        one.must_stand_still()
    lecturer.wait_for("the wall to say so", lambda: all_say("paused"))
    lecturer.click("classroom_go_on")
    for one in (anna, ben):
        one.wait_status("running")

    # Send: one click opens it, once.
    lecturer.click("classroom_send")
    lecturer.page.locator(".st-key-classroom_recipe input").fill("moons")
    lecturer.page.get_by_role("option").first.click()
    lecturer.click("classroom_send_recipe")
    strip = anna.at("room_strip")
    anna.wait_for("what was sent", lambda: "The lecturer sent" in strip.inner_text())
    anna.wait_for(
        "its announcement",
        lambda: "The lecturer sent" in (anna.page.locator(".nnlab-room").text_content() or ""),
    )
    anna.click("classroom_open_sent")
    anna.wait_for("moons", lambda: anna.status().text.startswith("ready"))
    anna.wait_for("it to be offered once", lambda: "sent" not in strip.inner_text())

    # Follow me: the page shows the lecturer's run, and one's own again afterwards.
    lecturer.open("/playground").train()
    lecturer.click("classroom_follow_this")
    shown = lecturer.page.url.partition("run=")[2].partition("&")[0]
    for one in (anna, ben):
        one.wait_for("the lecturer's run", lambda lab=one: f"run={shown}" in lab.page.url)
        one.wait_status("running")
    ben.click("classroom_leave")
    ben.wait_for("a run of his own", lambda: shown not in ben.page.url)
    lecturer.click("classroom_stop_following")
    anna.wait_for("her own page", lambda: shown not in anna.page.url)
