"""The page Server, over servers as they may stand."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.classroom.rights import NotAllowedError
from nnlab.runs.workers.overview import Overview
from nnlab.ui import doors, services, shell
from nnlab.visitor import Role, Visitor
from tests.classroom.of_server import class_of_server
from tests.ui.classroom.conftest import come_in
from tests.ui.conftest import IdleLauncher, MakeRun, html
from tests.ui.server.overviews import OVERVIEWS

REPOSITORY = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.usefixtures("quiet_server")


def seen_as(monkeypatch: pytest.MonkeyPatch, name: str) -> str:
    """The page's text over one of the servers."""

    class Launcher(IdleLauncher):
        def overview(self) -> Overview:
            return OVERVIEWS[name]

    monkeypatch.setattr(services, "launcher", Launcher)
    test = page()
    return html(test) + "".join(error.value for error in test.error)


def page() -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    test.switch_page("pages/server.py").run()
    assert not test.exception
    return test


def test_this_machine_has_its_runs_and_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    said = seen_as(monkeypatch, "local")
    assert "This machine · 5.3 of 8 cores taken · 2 runs train · 0 runs wait" in said
    assert "Cores busy" in said
    assert "no GPU" in said
    assert "16.0 GB of 64.0 GB" in said
    assert "/runs?run=run-0001" in said
    assert "Data on the nodes" not in said


def test_a_cluster_has_its_nodes_its_data_and_who_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = seen_as(monkeypatch, "up")
    assert "Ray cluster at 192.168.1.11:6379 · 2 nodes · 1 refused" in said
    assert "6.5 of 32 cores taken" in said, "what is refused has no cores for anybody"
    assert "0.25 of 2" in said
    assert "2 × NVIDIA H200" in said
    assert "Python 3.12.4 runs there, and 3.11.9 here" in said
    assert said.index("cifar10") < said.index("mnist")
    assert "792.2 MB in all" in said


def test_a_full_cluster_has_a_queue_with_places(monkeypatch: pytest.MonkeyPatch) -> None:
    said = seen_as(monkeypatch, "full")
    assert "70 runs wait" in said
    assert said.index("wait-0000") < said.index("wait-0049")
    assert "wait-0050" not in said
    assert "and 20 more runs" in said
    assert "and 8 more runs" in said, "of twenty on a card twelve are named"


def test_a_cluster_that_is_down_says_why_and_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    said = seen_as(monkeypatch, "down")
    assert "does not answer: start its head by" in said
    assert "cores taken" not in said
    assert "No run waits for a place." in said
    assert "Data on the nodes" not in said, "of nodes that nobody reaches nothing is known"


def test_a_cluster_without_nodes_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No node has reported its resources yet." in seen_as(monkeypatch, "nothing")


def test_a_head_that_trains_nothing_is_said_to_have_no_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = seen_as(monkeypatch, "head")
    assert said.count("Cores reserved") == 1
    assert "0 of 0" not in said
    assert said.count("It has no cores for runs") == 1
    assert said.count("Nothing trains here.") == 1


def test_forty_nodes_have_a_card_each(monkeypatch: pytest.MonkeyPatch) -> None:
    said = seen_as(monkeypatch, "many")
    assert said.count("<section class='nnlab-machine usable'>") == 40
    assert "312 runs train" in said
    assert said.count("/runs?run=") == 39 * 4
    assert said.count("and 4 more runs") == 39
    assert said.count("Nothing trains here.") == 1


def test_what_a_node_says_is_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    said = seen_as(monkeypatch, "hostile")
    assert "<script>" not in said
    assert "<img" not in said
    assert "&lt;script&gt;" in said


def test_a_run_has_the_name_that_it_was_given(
    monkeypatch: pytest.MonkeyPatch, make_run: MakeRun
) -> None:
    run = make_run("my spiral")
    there = OVERVIEWS["local"].machines[0].runs[0]
    monkeypatch.setitem(OVERVIEWS, "local", _with_run(OVERVIEWS["local"], run.id, there.visitor))
    assert f"?run={run.id}' target='_self'>my spiral</a>" in seen_as(monkeypatch, "local")


def _with_run(seen: Overview, run_id: str, visitor: Visitor) -> Overview:
    machine = seen.machines[0]
    run = replace(machine.runs[0], id=run_id, visitor=visitor)
    return replace(seen, machines=(replace(machine, runs=(run,)),))


def test_the_lecturer_reads_names_and_a_student_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with class_of_server(monkeypatch) as room:
        anna = room.join(come_in(monkeypatch), "Anna", room.code).person
        hers = _with_run(OVERVIEWS["full"], "of-anna", Visitor(anna, role="student"))
        monkeypatch.setitem(OVERVIEWS, "full", hers)
        said = seen_as(monkeypatch, "full")
        assert "of-anna" not in said
        assert "lab-01" not in said
        assert [info.value for info in page().info if "runs the server" in info.value]
        with pytest.raises(NotAllowedError):
            doors.overview()

        room.enter(come_in(monkeypatch), room.key)
        said = seen_as(monkeypatch, "full")
        assert "?run=of-anna" in said
        assert "<small>Anna · running" in said


@pytest.mark.parametrize(("role", "shown"), [("alone", "visible"), ("guest", "hidden")])
def test_the_navigation_names_it_to_who_keeps_the_server(
    monkeypatch: pytest.MonkeyPatch, role: Role, shown: str
) -> None:
    made: dict[str, str] = {}
    page_of = shell.st.Page

    def noted(file: str, **said: str) -> object:
        made[file] = said["visibility"]
        return page_of(file, **said)  # ty: ignore[invalid-argument-type]

    monkeypatch.setattr(shell.st, "Page", noted)
    monkeypatch.setattr(shell, "visitor", lambda: Visitor("somebody", role=role))
    page()
    assert made.pop("pages/server.py") == shown
    assert set(made.values()) == {"visible"}
