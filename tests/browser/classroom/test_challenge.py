"""A challenge from its opening to its reveal, in the browsers of a lecturer and of a student."""

import json
from pathlib import Path

import pytest

from nnlab.classroom.classroom import Classroom
from nnlab.wire import hub
from nnlab.wire.people import people
from tests.browser.conftest import Open, Start
from tests.browser.lab import Lab

SECRET = "a secret of this test alone"


def test_a_challenge_is_opened_trained_for_handed_in_and_revealed(
    start_app: Start, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = tmp_path / "app" / "runs"
    monkeypatch.setenv("NNLAB_SECRET", SECRET)
    hub._only_hub.cache_clear()
    signer = people()
    hub._only_hub.cache_clear()
    room, cookies = Classroom(runs), {name: signer.new_cookie() for name in ("lecturer", "Ada")}
    persons = {name: signer.person_of({signer.cookie: one}) for name, one in cookies.items()}
    room.enter(persons["lecturer"], room.key)
    room.join(persons["Ada"], "Ada", room.code)
    app = start_app(secret=SECRET, **{"class": 1})

    def browser_of(name: str, width: int) -> Lab:
        lab = open_page(app, width=width, height=720)
        lab.page.context.add_cookies(
            [{"name": signer.cookie, "value": cookies[name], "url": app.url}]
        )
        return lab.open("/class")

    lecturer, student = browser_of("lecturer", 1280), browser_of("Ada", 390)

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
    (figure,) = [row["accuracy"] for row in looks(runs)]
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
