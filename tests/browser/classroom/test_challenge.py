"""A challenge from its opening to its reveal, in the browsers of a lecturer and of a student."""

import json
from pathlib import Path

from tests.browser.classroom.members import members_of
from tests.browser.conftest import Open, Start
from tests.browser.lab import Lab


def test_a_challenge_is_opened_trained_for_handed_in_and_revealed(
    start_app: Start, open_page: Open, tmp_path: Path
) -> None:
    members = members_of(tmp_path, "Ada")
    app = start_app(**{"class": 1})
    lecturer, student = (
        members.admit(open_page(app, width=width, height=720), name).open("/class")
        for name, width in (("Lecturer", 1280), ("Ada", 390))
    )

    def says(lab: Lab, text: str) -> None:
        lab.wait_for(text, lambda: text in lab.at("challenge").inner_text())

    says(student, "There is none now")
    lecturer.at("classroom_section").get_by_text("Challenge").click()
    lecturer.click("classroom_challenge_open")
    says(lecturer, "Nobody has handed in yet")
    says(student, "3 looks left")  # by itself
    student.click("classroom_challenge_to_lab")
    student.train()
    student.click("stop")
    student.wait_for("its end", lambda: student.status().word in ("stopped", "finished"))
    student.open("/class")
    student.page.get_by_role("button", name="Hand in …").click()
    student.page.get_by_role("button", name="Take look 1").click()
    says(student, "2 looks left")
    (figure,) = [row["accuracy"] for row in looks(app.runs_dir)]
    assert f"{figure:.2%}" in student.at("challenge").inner_text()
    says(lecturer, "1 student of 1 has handed in")
    assert f"{figure:.2%}" not in lecturer.page.content()
    lecturer.click("classroom_challenge_reveal")
    lecturer.click("classroom_challenge_confirm")
    for lab in (lecturer, student):
        lab.wait_for("the leaderboard", lambda lab=lab: lab.page.locator(".nnlab-ranked").count())
        assert f"{figure:.2%}" in lab.page.locator(".nnlab-ranked").inner_text()
        wide = lab.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0


def looks(runs: Path) -> list[dict]:
    lines = (runs / ".class" / "looks.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]
