"""The challenge on the page of the class: what each sees, does, and does not get before it may."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from nnlab.classroom.challenge.challenges import Challenges, challenges_of
from nnlab.classroom.classroom import Classroom
from nnlab.classroom.owned import OwnedLauncher
from nnlab.config import Flatten, mlp
from nnlab.errors import NnlabError
from nnlab.runs.store import Store
from nnlab.visitor import Visitor
from nnlab.wire.people import people
from tests.classroom.contest import a_challenge, a_run
from tests.classroom.of_server import class_of_server
from tests.ui.conftest import IdleLauncher, html

REPOSITORY = Path(__file__).parents[3]
FIGURES = {0.613: ("61.3", "0.613"), 0.737: ("73.7", "0.737")}
"""What a test says that somebody reached, and how a page could say it."""


class Browsers:
    """One for each person of the class: whose cookies the next page gets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cookies: dict[str, str] = {}
        monkeypatch.setattr(ContextProxy, "cookies", property(lambda _proxy: dict(self.cookies)))
        self.known: dict[str, tuple[str, Visitor]] = {}

    def new(self, name: str, role: Any = "student") -> Visitor:
        cookie = people().new_cookie()
        person = people().person_of({people().cookie: cookie})
        self.known[name] = cookie, Visitor(person, "", role)
        return self.known[name][1]

    def page(self, name: str, file: str = "class") -> AppTest:
        self.be(name)
        app = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
        test = app.switch_page(f"pages/{file}.py").run()
        if (name, file) == ("lecturer", "class"):
            test.segmented_control(key="classroom_section").set_value("Challenge").run()
        return test

    def be(self, name: str) -> None:
        self.cookies = {people().cookie: self.known[name][0]}


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch, quiet_server: None) -> Iterator[Classroom]:
    with class_of_server(monkeypatch) as found:
        yield found


@pytest.fixture
def browsers(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> Browsers:
    """Ada and Bob, and the lecturer."""
    some = Browsers(monkeypatch)
    room.enter(some.new("lecturer", "lecturer").person, room.key)
    for name in ("Ada", "Bob"):
        room.join(some.new(name).person, name, room.code)
    return some


@pytest.fixture
def kept(room: Classroom, browsers: Browsers) -> Challenges:
    found = challenges_of(room)
    found.begin(a_challenge(), browsers.known["lecturer"][1])
    return found


def everything(test: AppTest) -> str:
    """All that the page sent to the browser, whatever kind of element."""
    found: list[str] = []

    def walk(block: Any) -> None:
        for child in block.children.values():
            found.append(str(getattr(child, "proto", "")))
            if hasattr(child, "children"):
                walk(child)

    walk(test._tree)
    return "\n".join(found)


def words(test: AppTest) -> str:
    every: list[Any] = [*test.markdown, *test.caption, *test.error, *test.success]
    return "\n".join(str(one.value) for one in every) + html(test)


def press(test: AppTest, label: str) -> AppTest:
    (button,) = [one for one in test.button if one.label == label]
    test = button.click().run()
    assert not test.exception
    return test


def fakes(monkeypatch: pytest.MonkeyPatch, accuracy: float) -> None:
    """The next evaluation says so."""
    from nnlab.classroom.challenge import sealed
    from nnlab.training.metrics import Totals

    def evaluated(_network: object, part: Any, _loss: object) -> Totals:
        count = len(part)
        return Totals(count=count, loss=0.5 * count, correct=round(accuracy * count))

    monkeypatch.setattr(sealed, "evaluate", evaluated)


# Nothing yet --------------------------------------------------------------------------------------


def test_a_student_reads_that_there_is_none_and_a_lecturer_opens_the_first_as_it_stands(
    room: Classroom, browsers: Browsers
) -> None:
    student = browsers.page("Ada")
    assert "There is none now" in words(student)
    assert not student.button
    lecturer = press(browsers.page("lecturer"), "Open the challenge")
    challenge = challenges_of(room).challenge
    assert challenge is not None
    assert (challenge.data.kind, challenge.limits.parameters) == ("spiral", 200)
    assert (challenge.goal, challenge.looks, challenge.shown) == (0.95, 3, True)
    assert "Nobody has handed in yet" in words(lecturer)
    browsers.be("Ada")
    assert "at least 95% of 2,000 sealed examples" in words(student.run())


def test_the_form_makes_what_it_says(room: Classroom, browsers: Browsers) -> None:
    test = browsers.page("lecturer")
    test.text_input(key="classroom_challenge_title").set_value("*Bumps* <b>")
    test.selectbox(key="classroom_challenge_data").set_value("bumps").run()
    test.number_input(key="classroom_challenge_noise").set_value(10)
    test.number_input(key="classroom_challenge_loss").set_value(0.02)
    test.selectbox(key="classroom_challenge_budget").set_value("seconds").run()
    test.number_input(key="classroom_challenge_most_seconds").set_value(30)
    test.number_input(key="classroom_challenge_looks").set_value(1)
    test = press(test, "Open the challenge")
    challenge = challenges_of(room).challenge
    assert challenge is not None
    assert challenge.data.model_dump()["noise"] == 0.1
    assert (challenge.limits.seconds, challenge.goal, challenge.looks) == (30, 0.02, 1)
    assert r"\*Bumps\* \<b\>" in words(test)
    assert "a loss (MSE) of at most 0.02" in words(test)
    assert "noise 10%" in words(test)


def test_a_title_that_is_empty_is_refused_on_the_page(room: Classroom, browsers: Browsers) -> None:
    test = browsers.page("lecturer")
    test.text_input(key="classroom_challenge_title").set_value("  ")
    test = press(test, "Open the challenge")
    assert "title of 1 to 80" in test.error[0].value
    assert challenges_of(room).challenge is None


# A student ----------------------------------------------------------------------------------------


def test_a_student_hands_in_and_learns_their_own_figure(
    browsers: Browsers, kept: Challenges, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = browsers.known["Ada"][1]
    a_run(store, ada)
    large = a_run(store, ada, layers=mlp(16, 16, outputs=2))
    large.change_meta(name="*large*")
    a_run(store, ada, created=5.0)
    a_run(store, browsers.known["Bob"][1]).change_meta(name="bobs")
    test = browsers.page("Ada")
    assert [one.label for one in test.button] == ["Open on the Playground", "Hand in …"]
    assert "It has 354 parameters, and 200 are allowed" in words(test)
    assert r"\*large\*" in words(test)
    assert "1 run from before the challenge opened does not count" in words(test)
    assert "bobs" not in everything(test)

    test = press(test, "Hand in …")
    assert "This takes look 1 of 3." in words(test)
    assert kept.looks_of(ada.person) == [], "it is only asked"
    test = press(press(test, "Not yet"), "Hand in …")
    fakes(monkeypatch, 0.613)
    test = press(test, "Take look 1")
    assert len(kept.looks_of(ada.person)) == 1
    assert "Look 1 of 3: 61.30%" in test.success[0].value
    assert "2 looks left" in words(test)
    assert "handed in: look 1" in words(test)
    assert "Hand in …" not in [one.label for one in test.button]
    assert "Look 1 of 3" not in words(test.run()), "said once"


def test_a_second_tab_takes_no_second_look(
    browsers: Browsers, kept: Challenges, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = browsers.known["Ada"][1]
    a_run(store, ada)
    first, second = (press(browsers.page("Ada"), "Hand in …") for _tab in range(2))
    fakes(monkeypatch, 0.613)
    press(first, "Take look 1")
    assert "Look 1 was taken already" in press(second, "Take look 1").error[0].value
    assert len(kept.looks_of(ada.person)) == 1


def test_the_way_to_the_playground_opens_the_challenges_data(
    browsers: Browsers, kept: Challenges
) -> None:
    test = press(browsers.page("Ada"), "Open on the Playground")
    draft = test.session_state["lab_playground"].draft
    assert kept.challenge is not None
    assert draft.data == kept.challenge.data


def test_without_a_look_left_nothing_can_be_handed_in(
    browsers: Browsers, kept: Challenges, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    lecturer, ada = browsers.known["lecturer"][1], browsers.known["Ada"][1]
    kept.withdraw(lecturer)
    kept.begin(a_challenge(looks=1), lecturer)
    a_run(store, ada)
    fakes(monkeypatch, 0.613)
    test = press(press(browsers.page("Ada"), "Hand in …"), "Take look 1")
    assert "0 looks left" in words(test)
    assert [one.label for one in test.button] == ["Open on the Playground"]


# What nobody gets before --------------------------------------------------------------------------


def test_no_figure_of_another_and_no_secret_is_in_anything_a_page_gets_before_the_reveal(
    room: Classroom,
    browsers: Browsers,
    kept: Challenges,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pages of all, in each stage: searched whole, whatever the kind of their elements."""
    challenge, lecturer = kept.challenge, browsers.known["lecturer"][1]
    assert challenge is not None
    for (name, figure), number in zip((("Ada", 0.613), ("Bob", 0.737)), (1, 1), strict=True):
        a_run(store, browsers.known[name][1])
        fakes(monkeypatch, figure)
        press(press(browsers.page(name), "Hand in …"), f"Take look {number}")
    own = {"Ada": {0.613}, "Bob": {0.737}, "lecturer": set()}
    for stage in ("open", "closed", "revealed"):
        if stage == "closed":
            kept.close(lecturer)
        if stage == "revealed":
            kept.reveal(lecturer)
        for name, may in own.items():
            seen = everything(browsers.page(name))
            assert "Bob" in seen
            found = {f for f, forms in FIGURES.items() if any(form in seen for form in forms)}
            assert found == (set(FIGURES) if stage == "revealed" else may), (stage, name)
            assert [word for word in challenge.secret if str(word) in seen] == []
        if stage != "revealed":
            for page in ("home", "runs", "playground"):
                seen = everything(browsers.page("Bob", page))
                assert not any(form in seen for forms in FIGURES.values() for form in forms)


def test_students_see_who_has_handed_in_only_where_the_challenge_shows_it(
    browsers: Browsers, kept: Challenges, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    lecturer = browsers.known["lecturer"][1]
    kept.withdraw(lecturer)
    kept.begin(a_challenge(shown=False), lecturer)
    a_run(store, browsers.known["Ada"][1])
    fakes(monkeypatch, 0.613)
    press(press(browsers.page("Ada"), "Hand in …"), "Take look 1")
    assert "Ada" not in html(browsers.page("Bob"))
    assert "Ada" in html(browsers.page("lecturer"))


def test_nobody_outside_the_class_gets_anything_of_it(browsers: Browsers, kept: Challenges) -> None:
    browsers.new("stranger")
    assert "Spiral" not in everything(browsers.page("stranger"))


# The lecturer -------------------------------------------------------------------------------------


def test_a_lecturer_closes_opens_again_and_reveals(
    browsers: Browsers, kept: Challenges, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_run(store, browsers.known["Ada"][1])
    fakes(monkeypatch, 0.97)
    student = press(press(browsers.page("Ada"), "Hand in …"), "Take look 1")
    test = press(browsers.page("lecturer"), "Close")
    assert "· closed" in words(test)
    assert "1 student of 2 has handed in" in words(test)
    test = press(test, "Open again")
    assert "· open" in words(test)
    test = press(test, "Reveal the figures …")
    assert "nobody can hand in after that" in words(test)
    assert kept.told is not None
    assert not kept.told.revealed, "it is only asked"
    test = press(test, "Reveal now")
    assert "1 of 1 reached the goal of 95%." in words(test)
    assert "✓ 97.00%" in html(test)
    assert [one.proto.label for one in test.get("download_button")] == ["Download CSV"]
    browsers.be("Ada")
    assert "✓ 97.00%" in html(student.run())
    assert "Hand in …" not in [one.label for one in student.button]
    browsers.be("lecturer")
    test = press(press(test, "Remove …"), "Remove now")
    assert kept.challenge is None
    assert not test.exception


# The test pictures --------------------------------------------------------------------------------


def test_no_page_of_a_student_opens_the_test_pictures_of_a_challenge(
    room: Classroom, browsers: Browsers, kept: Challenges, store: Store
) -> None:
    lecturer, ada = browsers.known["lecturer"][1], browsers.known["Ada"][1]
    kept.withdraw(lecturer)
    kept.begin(a_challenge(data={"kind": "digits"}), lecturer)
    layers = (Flatten(), *mlp(outputs=10))
    a_run(store, ada, data={"kind": "digits"}, layers=layers)
    keys = [one.key for one in browsers.page("lecturer", "runs").button]
    assert "runs_open_test" in keys
    test = browsers.page("Ada", "runs")
    assert "sealed until the lecturer reveals" in words(test)
    assert "runs_open_test" not in [one.key for one in test.button]
    kept.reveal(lecturer)
    assert "runs_open_test" in [one.key for one in test.run().button]


def test_a_student_starts_no_run_that_validates_on_the_test_pictures_of_a_challenge(
    room: Classroom,
    browsers: Browsers,
    kept: Challenges,
    store: Store,
) -> None:
    lecturer, ada = browsers.known["lecturer"][1], browsers.known["Ada"][1]
    kept.withdraw(lecturer)
    kept.begin(a_challenge(data={"kind": "digits"}), lecturer)
    layers = (Flatten(), *mlp(outputs=10))
    run = a_run(store, ada, data={"kind": "digits", "test": "validates"}, layers=layers)
    launcher: Any = IdleLauncher()  # whose start is not come to
    with pytest.raises(NnlabError, match=r"data\.test='sealed'"):
        OwnedLauncher(launcher, ada).start(run)
