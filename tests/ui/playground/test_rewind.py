"""Rewind, branch, compare and the doctor on the Playground, over a run that really trained."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnlab.config import Adam, Experiment, Linear, Model, NamedInit, PlaneClasses, Training, mlp
from nnlab.runs.record.control import FileControls, ask
from nnlab.runs.rewind.past import replay
from nnlab.runs.rewind.replay import state_at
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.ui import services
from nnlab.ui.playground.frame import Frame, make_frame
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.session.playground_state import PlaygroundState
from tests.ui.conftest import IdleLauncher, html

REPOSITORY = Path(__file__).parents[3]
STEPS = 60
EXPERIMENT = Experiment(
    data=PlaneClasses(kind="xor", points=60),
    model=Model(layers=mlp(6, 5, outputs=2, activation="tanh", dropout=0.2)),
    training=Training(optimizer=Adam(kind="adam", lr=0.01), batch_size=8, steps=STEPS),
)


class Launcher(IdleLauncher):
    """Trains nothing, and replays at once."""

    started: list[str]

    def __init__(self) -> None:
        self.started = []

    def start(self, run: Run, first: object = None, **_how: object) -> None:
        self.started.append(run.id)

    def replay(self, order: Mapping[str, object]) -> None:
        replay(order)

    def ask(self, run: Run, do: Any = None, *, path: str = "", value: object = None) -> Any:
        return ask(run.path, do, path=path, value=value)


@pytest.fixture(autouse=True)
def launcher(quiet_server: None, monkeypatch: pytest.MonkeyPatch) -> Launcher:
    made = Launcher()
    monkeypatch.setattr(services, "launcher", lambda: made)
    return made


@pytest.fixture
def run(runs_dir: Path, data_dir: Path) -> Run:
    made = Store(runs_dir).create(EXPERIMENT, name="parent")
    for _ in train(made, data_dir=data_dir):
        pass
    return made


def opened(state: PlaygroundState) -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    test.session_state["lab_playground"] = state
    test = test.switch_page("pages/playground.py").run()
    assert not test.exception
    return test


def status(test: AppTest) -> str:
    return next(line.value for line in test.markdown if " · " in line.value)


def open_panel(test: AppTest, panel: str) -> AppTest:
    choice: Any = next(g for g in test.get("button_group") if "panel_choice" in str(g.key))
    return choice.set_value(panel).run()


def captions(test: AppTest) -> str:
    return "\n".join(caption.value for caption in test.caption)


def frame_at(run: Run, step: int | None) -> Frame:
    view, state = RunView(run), PlaygroundState(run.experiment, run.id)
    view.refresh()
    state.past = step
    return make_frame(state, "finished", view, dark=False)


# Rewind ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [0, 33])
def test_the_past_that_is_shown_has_the_very_weights_of_then(
    run: Run, data_dir: Path, step: int
) -> None:
    frame = frame_at(run, step)
    expected = state_at(run, step, data_dir)["model"]
    shown = frame.moment.network.state_dict()
    assert frame.moment.step == step
    assert shown.keys() == expected.keys()
    assert all(torch.equal(shown[name], value) for name, value in expected.items())
    newest = frame_at(run, None).moment.network.state_dict()
    assert not torch.equal(newest["0.weight"], shown["0.weight"])


def test_figures_of_a_past_step_are_those_of_its_network(run: Run) -> None:
    frame = frame_at(run, 33)
    x, y = frame.splits.val.x, frame.splits.val.y
    outputs = frame.moment.network(x).detach()
    accuracy = (outputs.argmax(1) == y).float().mean().item()
    loss = torch.nn.functional.cross_entropy(outputs, y).item()
    assert frame.figures.latest("val_accuracy") == pytest.approx(accuracy)
    assert frame.figures.latest("val_loss") == pytest.approx(loss, rel=1e-5)


def test_a_past_step_belongs_to_its_run_alone() -> None:
    state = PlaygroundState(EXPERIMENT, "one")
    state.past = 20
    state.run_id = "another"
    assert state.past is None
    state.run_id = "one"
    assert state.past == 20


def test_before_there_is_a_run_there_is_nothing_to_branch_from() -> None:
    assert opened(PlaygroundState(EXPERIMENT)).button("playground_branch_here").disabled


def test_the_status_says_which_past_step_is_looked_at_until_now_is_back(run: Run) -> None:
    state = PlaygroundState(EXPERIMENT, run.id)
    state.past = 58
    test = opened(state)
    assert status(test) == "finished · looking at step 58 of 60"
    state.past = None
    assert status(test.run()) == "finished · epoch 15 · step 60"


def test_a_step_that_cannot_be_had_says_why_and_shows_now(run: Run) -> None:
    state = PlaygroundState(EXPERIMENT, run.id)
    state.past = 1000
    test = opened(state)
    assert "step 1,000 is not among them" in test.warning[0].value
    assert state.past is None
    assert "step 60" in status(test)


# Branch and compare ------------------------------------------------------------------------------


def branched(run: Run, launcher: Launcher) -> tuple[AppTest, Run]:
    state = PlaygroundState(EXPERIMENT, run.id)
    state.past = 33
    test = opened(state)
    test = test.button("playground_branch_here").click().run()
    assert test.button("playground_branch_go").disabled, "nothing is changed yet"
    (rate,) = [field for field in test.number_input if "branch_value_lr" in str(field.key)]
    test = rate.set_value(0.5).run()
    test = test.button("playground_branch_go").click().run()
    assert not test.exception
    (made,) = [Run(path) for path in run.path.parent.iterdir() if path != run.path]
    return test, made


def test_a_branch_starts_from_the_moment_with_one_thing_changed_and_is_shown(
    run: Run, launcher: Launcher, data_dir: Path
) -> None:
    test, made = branched(run, launcher)
    assert (made.meta.parent, made.meta.parent_step) == (run.id, 33)
    assert launcher.started == [made.id]
    state = test.session_state["lab_playground"]
    assert state.run_id == made.id
    assert state.draft == EXPERIMENT.with_set("training.optimizer.lr", 0.5)
    assert test.select_slider("lr").value == 0.5
    asked = FileControls(made.path, 0.0, lambda: False)
    for _ in train(made, data_dir=data_dir, controls=asked):
        pass
    ours, theirs = state_at(made, 33, data_dir), state_at(run, 33, data_dir)
    assert torch.equal(ours["model"]["0.weight"], theirs["model"]["0.weight"])
    ours, theirs = state_at(made, 34, data_dir), state_at(run, 34, data_dir)
    assert not torch.equal(ours["model"]["0.weight"], theirs["model"]["0.weight"])

    test = test.run()
    said = "\n".join(line.value for line in test.markdown)
    assert "minus **its parent** (parent) at step 60" in said
    assert "They predict different classes on" in said
    assert "this run</th><th scope='col'>parent" in html(test)


def test_a_run_without_a_parent_says_how_to_come_by_one(run: Run) -> None:
    test = open_panel(opened(PlaygroundState(EXPERIMENT, run.id)), "Compare")
    assert "has no parent" in captions(test)


# Doctor and bent plane ---------------------------------------------------------------------------


def test_the_doctor_names_the_illness_and_its_button_mends_the_draft() -> None:
    zeros = NamedInit(kind="zeros")
    layers = tuple(
        layer.model_copy(update={"init": zeros}) if isinstance(layer, Linear) else layer
        for layer in mlp(4, outputs=2, activation="tanh")
    )
    ill = EXPERIMENT.model_copy(update={"model": Model(layers=layers)})
    test = open_panel(opened(PlaygroundState(ill)), "Doctor")
    assert "The gradient of layer 1 is 0" in "\n".join(line.value for line in test.markdown)
    test = test.button("playground_mend_vanishing_0").click().run()
    mended = test.session_state["lab_playground"].draft.model.layers
    assert [layer.kind for layer in mended] == ["linear", "relu", "linear"]
    assert {layer.init.kind for layer in mended if isinstance(layer, Linear)} == {"kaiming_normal"}
    assert "Press Train" in test.warning[0].value


def test_a_healthy_network_is_told_so_with_what_was_checked(run: Run) -> None:
    test = open_panel(opened(PlaygroundState(EXPERIMENT, run.id)), "Doctor")
    assert (
        "Nothing found. Examined at step 60 on a fixed batch of 60 examples"
        in test.success[0].value
    )
    assert "gradient norm" in html(test)


def test_the_bent_plane_offers_every_layer_and_unit_of_it(run: Run) -> None:
    test = open_panel(opened(PlaygroundState(EXPERIMENT, run.id)), "Bent plane")
    layer = test.selectbox("playground_bent_layer_2")
    assert layer.options == ["1", "2"]
    test = layer.set_value(1).run()
    assert test.selectbox("playground_bent_0_1_6").options == list("123456")
    assert "Two of 6 neurons" in captions(test)
