"""Pages of a class, as its people: a student has their own and what is shared, no more."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from nnlab.classroom.classroom import Classroom
from nnlab.config import to_link
from nnlab.data.description import describe
from nnlab.data.handwriting import drawings, keep
from nnlab.models import build
from nnlab.recipes import get
from nnlab.runs.record import lock
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.store import Run, Store
from nnlab.ui import services
from nnlab.wire.people import people
from tests.classroom.of_server import class_of_server
from tests.ui.conftest import MakeRun
from tests.ui.lab.conftest import NotedLauncher

APP = Path(__file__).parents[2] / "app.py"
Person = Callable[[str], str]


@pytest.fixture
def room(
    runs_dir: Path, quiet_server: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Classroom]:
    NotedLauncher.started.clear()
    NotedLauncher.asked.clear()
    monkeypatch.setattr(services, "launcher", NotedLauncher)
    with class_of_server(monkeypatch) as found:
        yield found


@pytest.fixture
def person(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Lets the browser be somebody's: by a name that was not met before, a new one. Their id."""
    known = people()
    values: dict[str, str] = {}

    def be(name: str) -> str:
        value = values.setdefault(name, "forged.x" if name == "forged" else known.new_cookie())
        cookies = {known.cookie: value}
        monkeypatch.setattr(ContextProxy, "cookies", property(lambda _self: cookies))
        who = known.person_of(cookies)
        if name == "Lecturer":
            room.enter(who, room.key)
        elif name not in ("stranger", "forged"):
            room.join(who, name, room.code)
        return who

    return be


@pytest.fixture
def runs(person: Person, make_run: MakeRun) -> dict[str, Run]:
    """Of two students, and one that Ben shares."""
    made = {}
    for owner, name in (("Anna", "hers"), ("Ben", "bens"), ("Ben", "shared by him")):
        made[name] = make_run(name)
        made[name].change_meta(owner=person(owner), shared=name.startswith("shared"))
    return made


def page(name: str, **query: str) -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=60)
    test.query_params.update(query)
    test = test.run().switch_page(f"pages/{name}.py")
    test.query_params.update(query)
    test.run()
    assert not test.exception
    return test


def labels(test: AppTest) -> list[str]:
    return [button.label for button in test.button]


def listed(test: AppTest) -> list[str]:
    return [b.label for b in test.button if (b.key or "").startswith("runs_run_2")]


def words(test: AppTest) -> str:
    shown = (test.info, test.warning, test.error, test.markdown, test.caption, test.get("html"))
    elements: list[Any] = [element for kind in shown for element in kind]
    return "\n".join(element.value for element in elements)


def test_a_list_holds_ones_own_and_what_is_shared_and_the_lecturers_all(
    runs: dict[str, Run], person: Person
) -> None:
    person("Anna")
    assert listed(page("runs")) == ["shared by him", "hers"]
    person("Ben")
    assert listed(page("runs")) == ["shared by him", "bens"]
    person("Lecturer")
    test = page("runs")
    assert listed(test) == ["shared by him", "bens", "hers"]
    assert "Anna" in words(test)
    assert "Ben, shared" in words(test)


def test_the_lecturer_lists_the_runs_of_one_person(runs: dict[str, Run], person: Person) -> None:
    person("Lecturer")
    test = page("runs")
    choice = test.selectbox(key="runs_person_filter")
    assert choice.options == ["any person", "Anna", "Ben"]
    choice.set_value(runs["hers"].meta.owner).run()
    assert listed(test) == ["hers"]


def test_home_offers_no_others(runs: dict[str, Run], person: Person) -> None:
    person("Anna")
    test = page("home")
    said = "\n".join([words(test), *labels(test)])
    assert "hers" in said
    assert "shared by him" in said
    assert "bens" not in said


def test_the_models_to_draw_for_are_ones_own_and_those_shared(
    person: Person, make_run: MakeRun
) -> None:
    for owner, name in (("Anna", "hers"), ("Ben", "bens"), ("Ben", "shared by him")):
        run = make_run(name, "digits-mlp")
        network = build(run.experiment.model, describe(run.experiment.data).input_shape)
        save_live(run.path, network.state_dict(), 1)
        run.change_meta(owner=person(owner), shared=name.startswith("shared"))
    person("Anna")
    options = page("draw").selectbox(key="draw_reader").options
    names = {option.partition(" · ")[0] for option in options}
    assert names == {"shared by him", "hers", "draw-ready"}


def test_another_ones_run_is_shown_with_whose_and_with_nothing_that_changes_it(
    runs: dict[str, Run], person: Person
) -> None:
    person("Anna")
    test = page("runs")
    assert test.subheader[0].value == "shared by him"
    assert "Run of **Ben**" in words(test)
    assert {"Open", "Make it yours"} <= set(labels(test))
    assert not {"Rename", "Delete", "Resume", "Stop"} & set(labels(test))
    assert [field.disabled for field in test.multiselect if field.label == "Tags"] == [True]
    assert not test.toggle(key="runs_reverse").value
    assert "Share with the room" not in [toggle.label for toggle in test.toggle]


def test_its_owner_shares_a_run_and_takes_it_back(runs: dict[str, Run], person: Person) -> None:
    person("Anna")
    test = page("runs")
    test.button(key=f"runs_run_{runs['hers'].id}").click().run()
    switch = test.toggle(key=f"runs_share_{runs['hers'].id}")
    assert switch.label == "Share with the room"
    switch.set_value(True).run()
    assert runs["hers"].meta.shared
    test.toggle(key=f"runs_share_{runs['hers'].id}").set_value(False).run()
    assert not runs["hers"].meta.shared


def test_a_link_to_what_is_not_shared_opens_nothing_and_says_why(
    runs: dict[str, Run], person: Person
) -> None:
    person("Anna")
    test = page("playground", run=runs["bens"].id)
    assert "belongs to another person" in words(test)
    assert test.button(key="train").label == "Train"


def test_in_the_playground_another_ones_run_offers_one_of_ones_own(
    runs: dict[str, Run], person: Person, store: Store
) -> None:
    anna = person("Anna")
    shared = runs["shared by him"]
    with lock.hold(shared.path):
        test = page("playground", run=shared.id)
        assert "Run of **Ben**" in words(test)
        keys = {button.key for button in test.button}
        assert not keys & {"train", "pause", "resume", "step", "epoch", "stop"}
        test.button(key="playground_make_own").click().run()
        assert not test.exception
    (own,) = NotedLauncher.started
    assert (own.meta.owner, own.experiment) == (anna, shared.experiment)
    assert NotedLauncher.asked == []
    assert "Run of" not in words(test)
    assert "stop" in {button.key for button in test.button}
    assert len(store.summaries()) == 4


def test_to_leave_another_ones_run_or_change_the_form_does_nothing_to_it(
    runs: dict[str, Run], person: Person
) -> None:
    person("Anna")
    shared = runs["shared by him"]
    before = {path.name: path.read_bytes() for path in shared.path.iterdir() if path.is_file()}
    with lock.hold(shared.path):
        test = page("playground", run=shared.id)
        test.selectbox(key="optimizer").set_value("sgd").run()
        assert test.button(key="train")
        assert "is kept" in words(test)
        test = page("playground", run=shared.id)
        test.button(key="reset").click().run()
        assert test.button(key="train")
    assert NotedLauncher.asked == []
    after = {path.name: path.read_bytes() for path in shared.path.iterdir() if path.is_file()}
    assert {name: after[name] for name in before} == before


def test_while_the_class_is_paused_train_says_so_and_leaves_no_run(
    room: Classroom, person: Person, store: Store
) -> None:
    person("Anna")
    test = page("playground", x=to_link(get("xor").experiment))
    room.change(frozen=True)  # the page was drawn before
    test.button(key="train").click().run()
    assert "The lecturer has paused the class" in words(test)
    assert test.button(key="train").disabled
    assert store.summaries() == []
    assert NotedLauncher.started == []


def test_drawings_of_others_are_not_there(person: Person, data_dir: Path, room: Classroom) -> None:
    for name, digit in (("Anna", 1), ("Ben", 2), ("Ben", 2)):
        keep(np.eye(28), digit, data_dir, owner=person(name))
    person("Anna")
    test = page("draw")
    choice: Any = next(one for one in test.get("button_group") if "Teach" in str(one))
    choice.set_value("Teach").run()
    assert "###### Kept here: 1 drawing" in words(test)
    assert "1 drawings of yours go" in words(test)
    test.button(key="draw_delete_all").click().run()
    assert [drawing.label for drawing in drawings(data_dir)] == [2, 2]


@pytest.mark.parametrize("who", ["stranger", "forged"])
@pytest.mark.parametrize("name", ["home", "playground", "images", "sweep", "draw", "runs"])
def test_a_stranger_sees_the_way_to_join_and_nothing_else(
    who: str, name: str, runs: dict[str, Run], person: Person
) -> None:
    person(who)
    test = page(name, run=runs["shared by him"].id)
    assert ["You are not in this class" in one.value for one in test.info] == [True]
    assert labels(test) == []
    assert "/join" in words(test)
    assert "shared by him" not in words(test)


def test_who_is_removed_while_a_page_is_open_can_do_nothing_more(
    runs: dict[str, Run], person: Person, room: Classroom, store: Store
) -> None:
    anna = person("Anna")
    test = page("playground", x=to_link(get("xor").experiment))
    room.remove(anna)
    test.button(key="train").click().run()
    assert not test.exception
    assert labels(test) == []
    assert "/join" in words(test)
    assert len(store.summaries()) == 3
    assert NotedLauncher.started == []
