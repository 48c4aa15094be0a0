"""One run of the page of runs: it goes on, branches, is saved, restored, exported and repeated."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnlab.config import Experiment, Images, from_link
from nnlab.config.replay_link import from_parameters
from nnlab.data.registry import load
from nnlab.export import export, restore
from nnlab.recipes import get
from nnlab.runs.network import load_network
from nnlab.runs.record.control import FileControls
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.status import Status
from nnlab.runs.rewind.past import Replaying
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.training.metrics import LOSSES, evaluate
from nnlab.ui import services
from nnlab.ui.runs.details.lineage import family
from nnlab.ui.runs.details.save import parameters_code, prove
from tests.browser.experiments import diverging
from tests.ui.conftest import IdleLauncher, html
from tests.ui.links import links

APP = Path(__file__).parents[3] / "app.py"
XOR = get("xor").experiment.with_set("training.steps", 60).with_set("training.epochs", None)

pytestmark = pytest.mark.usefixtures("quiet_server")
Trained = Callable[..., Run]


class NotingLauncher(IdleLauncher):
    """Notes which runs it is asked to start, and starts none."""

    started: list[str]

    def start(self, run: Run, first: Any = None, **_how: object) -> None:
        self.started.append(run.id)

    def pending(self) -> dict[str, Status]:
        return {}


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch, quiet_server: None) -> list[str]:
    launcher = NotingLauncher()
    launcher.started = []
    monkeypatch.setattr(services, "launcher", lambda: launcher)
    return launcher.started


@pytest.fixture
def trained(store: Store, data_dir: Path) -> Trained:
    """A run that really trained, in this process; `until` breaks it off at that step."""

    def make(name: str, experiment: Experiment = XOR, until: int | None = None) -> Run:
        run = store.create(experiment, name=name)
        go_on(run, data_dir, until)
        return run

    return make


def go_on(run: Run, data_dir: Path, until: int | None = None) -> History:
    controls = FileControls(run.path, 0, lambda: False)
    for event in train(run, data_dir=data_dir, controls=controls):
        if until is not None and event.step >= until:
            break
    return History(EventReader(run.path).read_new())


def page(part: str | None = None) -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=60).run()
    test.switch_page("pages/runs.py").run()
    if part is not None:
        test.segmented_control(key="runs_run_part").set_value(part).run()
    assert not test.exception
    return test


def click(test: AppTest, key: str) -> AppTest:
    test.button(key=key).click().run()
    assert not test.exception
    return test


def field(test: AppTest, prefix: str) -> Any:
    """The one number field whose key begins so; keys go on with the run's id."""
    (found,) = [one for one in test.number_input if (one.key or "").startswith(f"runs_{prefix}_2")]
    return found


def said(test: AppTest) -> str:
    elements = [
        *test.markdown,
        *test.caption,
        *test.info,
        *test.error,
        *test.success,
        *test.warning,
    ]
    return "\n".join(element.value for element in elements)


# Going on ---------------------------------------------------------------------------------------


def test_resume_starts_an_interrupted_run(trained: Trained, started: list[str]) -> None:
    run = trained("broken off", XOR.with_set("training.steps", 100_000), until=1)
    click(page(), "runs_resume_run")
    assert started == [run.id]


def test_a_finished_run_has_nothing_to_resume(trained: Trained) -> None:
    trained("whole")
    assert "runs_resume_run" not in {button.key for button in page().button}


def test_a_branch_names_parent_and_step_and_makes_the_change_its_first(
    trained: Trained, started: list[str], store: Store, data_dir: Path
) -> None:
    parent = trained("parent")
    test = page("Go on")
    field(test, "branch_step").set_value(33)
    field(test, "branch_lr").set_value(0.2)
    click(test, "runs_branch_run")
    (child,) = [s.run for s in store.summaries() if s.run.id != parent.id]
    assert started == [child.id]
    assert (child.meta.parent, child.meta.parent_step) == (parent.id, 33)
    controls = go_on(child, data_dir).controls
    assert [(c.step, c.set) for c in controls] == [
        (33, {"path": "training.optimizer.lr", "value": 0.2})
    ]
    assert test.session_state["runs_page"].selected == child.id
    text = said(test.run())
    assert "from step 33 · lr = 0.2" in text


def test_the_name_in_the_tree_selects_that_run(trained: Trained, store: Store) -> None:
    parent = trained("parent")
    test = page("Go on")
    field(test, "branch_step").set_value(20)
    click(test, "runs_branch_run")
    click(test, f"runs_lineage_{parent.id}")
    assert test.session_state["runs_page"].selected == parent.id
    assert test.subheader[0].value == "parent"


def test_a_branch_opens_in_its_laboratory_where_that_is_wanted(
    trained: Trained, store: Store
) -> None:
    parent = trained("parent")
    test = page("Go on")
    field(test, "branch_step").set_value(20)
    click(test, "runs_branch_open")
    (child,) = [s.run for s in store.summaries() if s.run.id != parent.id]
    assert test.session_state["lab_playground"].run_id == child.id


def test_a_branch_without_steps_left_is_refused_in_words(trained: Trained, store: Store) -> None:
    trained("whole")
    test = click(page("Go on"), "runs_branch_run")
    assert "its budget is 60 steps, and it would start at step 60" in said(test)
    assert len(store.summaries()) == 1


def test_more_budget_ends_as_if_it_had_been_there_from_the_start(
    trained: Trained, store: Store, data_dir: Path
) -> None:
    short = trained("short")
    test = page("Go on")
    field(test, "continue_steps").set_value(90)
    click(test, "runs_continue_run")
    (more,) = [s.run for s in store.summaries() if s.run.id != short.id]
    figures = go_on(more, data_dir).final_figures()
    whole = trained("whole", XOR.with_set("training.steps", 90))
    expected = History(EventReader(whole.path).read_new()).final_figures()
    assert figures["train_loss"] == expected["train_loss"]


def test_a_schedule_over_the_whole_budget_says_why_it_cannot_continue(trained: Trained) -> None:
    trained("scheduled", XOR.with_set("training.schedule", {"kind": "cosine"}))
    test = page("Go on")
    assert "Its schedule spreads over the whole budget" in said(test)
    assert "runs_continue_run" not in {button.key for button in test.button}


def test_a_branch_of_a_branch_offers_the_rate_that_holds_there(
    trained: Trained, store: Store, data_dir: Path
) -> None:
    parent = trained("parent")
    test = page("Go on")
    field(test, "branch_step").set_value(33)
    field(test, "branch_lr").set_value(0.2)
    click(test, "runs_branch_run")
    child = next(s.run for s in store.summaries() if s.run.id != parent.id)
    go_on(child, data_dir)
    assert field(page("Go on"), "branch_lr").value == 0.2


def test_a_diverged_run_branches_from_before_that_or_says_why_not(
    trained: Trained, store: Store
) -> None:
    run = trained("too fast", diverging())
    diverged = History(EventReader(run.path).read_new()).diverged
    assert diverged is not None
    test = page("Go on")
    if diverged.last_good_step is None:
        assert "It diverged before its first checkpoint" in said(test)
    else:
        assert field(test, "branch_step").max == diverged.last_good_step


def test_an_empty_lab_takes_a_zip_and_no_weights_alone(trained: Trained, store: Store) -> None:
    run = trained("one")
    whole, weights = export(run, "zip"), export(run, "safetensors")
    store.delete(run.id)
    test = page()
    test.file_uploader[0].set_value(("alone.safetensors", weights, "")).run()
    assert "holds weights alone" in test.error[0].value
    test.file_uploader[0].set_value(("whole.zip", whole, "")).run()
    click(test, "runs_restore_run")
    (summary,) = store.summaries()
    assert summary.experiment == XOR


def test_a_family_is_a_tree_also_where_its_root_was_deleted(trained: Trained, store: Store) -> None:
    def born(name: str, parent: str, step: int) -> str:
        return store.create(XOR, name=name, parent=parent, parent_step=step).id

    root = trained("root").id
    late, early = born("late", root, 40), born("early", root, 10)
    leaf = born("leaf", early, 20)
    tree = [(root, 0), (early, 1), (leaf, 2), (late, 1)]
    for member in (root, early, leaf, late):
        found = family(store.summaries(), member)
        assert [(relative.id, relative.depth) for relative in found] == tree
    store.delete(root)
    found = family(store.summaries(), leaf)
    assert [(relative.id, relative.depth) for relative in found] == tree
    assert found[0].summary is None


def test_a_circle_of_parents_is_shown_and_ends(trained: Trained, store: Store) -> None:
    one, other = trained("one"), trained("other")
    one.change_meta(parent=other.id, parent_step=1)
    other.change_meta(parent=one.id, parent_step=1)
    assert len(family(store.summaries(), one.id)) == 2


# Saving and restoring ---------------------------------------------------------------------------


def test_the_code_of_the_first_way_loads_the_very_file_beside_it(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained("one")
    test = page("Save, restore")
    shown = next(code.value for code in test.code if "weights_only=True" in code.value)
    assert shown == parameters_code(run.experiment, run.id).rstrip()
    (tmp_path / f"{run.id}.pt").write_bytes(export(run, "pt"))
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(shown, names)
    network, _ = load_network(run)
    inputs = torch.linspace(-6, 6, 20).reshape(10, 2)
    assert torch.equal(names["network"](inputs), network(inputs))


def test_every_form_comes_back_with_the_same_outputs(trained: Trained) -> None:
    found, what = prove(trained("one"))
    assert [ending for ending, _ in found] == [".safetensors", ".pt", ".zip", "torch.export"]
    assert [difference for _, difference in found[:3]] == [0, 0, 0]
    assert found[3][1] < 1e-5
    assert what == "64 validation examples"
    test = click(page("Save, restore"), "runs_prove")
    assert html(test).count("largest difference") == 4


def test_a_file_becomes_a_run_with_its_weights(trained: Trained, store: Store) -> None:
    run = trained("one")
    test = page("Save, restore")
    content = export(run, "safetensors")
    test.file_uploader[0].set_value(("mine.safetensors", content, "")).run()
    assert "its outputs are those of this run: largest difference 0" in said(test)
    click(test, "runs_restore_run")
    (restored,) = [s.run for s in store.summaries() if s.run.id != run.id]
    assert restored.meta.name == "mine"
    assert "differ by 0 at most" in said(test)
    assert test.session_state["runs_page"].selected == restored.id
    assert torch.equal(
        load_network(restored)[0].state_dict()["0.weight"],
        load_network(run)[0].state_dict()["0.weight"],
    )


def pickled() -> bytes:
    file = io.BytesIO()
    torch.save({"a": Path("x")}, file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("weights.pkl", b"\x80\x04.", "a pickle can carry code"),
        ("network.pt2", b"PK", "loading a .pt2 runs code"),
        ("weights.safetensors", b"nonsense", "no whole safetensors file"),
        ("weights.pt", pickled(), "it holds more than tensors"),
    ],
)
def test_a_file_that_is_refused_says_why(
    name: str, content: bytes, reason: str, trained: Trained, store: Store
) -> None:
    trained("one")
    test = page("Save, restore")
    test.file_uploader[0].set_value((name, content, "")).run()
    assert not test.exception
    assert reason in test.error[0].value.replace("\\", "")
    assert len(store.summaries()) == 1


def test_weights_of_another_network_are_refused_by_their_layer(
    trained: Trained, store: Store
) -> None:
    other = trained("other", XOR.with_set("model.layers.0.out_features", 3))
    content = export(other, "safetensors")
    trained("one")
    test = page("Save, restore")
    test.file_uploader[0].set_value(("other.safetensors", content, "")).run()
    assert "layer 1 (linear) weight is" in test.error[0].value.replace("\\", "")


def test_a_plane_is_shown_twice_as_wide_as_its_data(trained: Trained) -> None:
    trained("one")
    assert "outside, where the network has seen nothing" in said(page("Save, restore"))


# Exports and the link ---------------------------------------------------------------------------


def test_the_script_is_shown_with_the_loss_it_prints(trained: Trained) -> None:
    run = trained("one")
    test = page("Export")
    loss = History(EventReader(run.path).read_new()).final_figures()["train_loss"]
    assert f"prints the same train_loss: `{loss!r}`" in said(test)
    assert test.code[0].value == export(run, "script-module").decode().rstrip()
    test.segmented_control(key="runs_export_style").set_value("script-tensors").run()
    assert test.code[0].value == export(run, "script-tensors").decode().rstrip()


@pytest.mark.parametrize("form", ["notebook", "tensorboard", "csv", "json", "zip"])
def test_each_form_has_a_download(form: str, trained: Trained) -> None:
    run = trained("one")
    test = page("Export")
    test.selectbox(key="runs_export_format").set_value(form).run()
    assert not test.exception
    assert test.download_button(key="runs_export_download")
    assert test.code[0].value == f"python -m nnlab export {run.id} --format {form}"


def test_a_page_is_replayed_first_and_made_once(
    trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Replaying | None] = [Replaying(20, 60), None]
    monkeypatch.setattr("nnlab.ui.runs.details.export.film_of", lambda _run, _history: told.pop(0))
    run = trained("one")
    test = page("Export")
    test.selectbox(key="runs_export_format").set_value("html").run()
    assert not test.exception
    assert test.download_button(key="runs_export_download")
    assert test.code[0].value == f"python -m nnlab export {run.id} --format html"
    assert told == []
    test.run()
    assert not test.exception, "what is made is not replayed again"


def test_the_link_of_a_run_holds_experiment_step_and_loss(trained: Trained) -> None:
    run = trained("one")
    address = links(page("Reproduce"))[0]
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    expected = from_parameters(query)
    assert expected is not None
    assert from_link(query["x"]) == run.experiment
    history = History(EventReader(run.path).read_new())
    assert (expected.step, expected.train_loss) == (60, history.final_figures()["train_loss"])
    assert expected.made is not None
    assert expected.made.threads == 1


def test_a_restored_run_has_no_link_and_says_why(
    trained: Trained, store: Store, data_dir: Path
) -> None:
    weights = load_network(trained("one"))[0].state_dict()
    run = restore(store, XOR, weights, "restored")
    go_on(run, data_dir)
    assert "weights from a file, which no seed draws again" in said(page("Reproduce"))


def test_a_branch_has_no_link_and_says_why(trained: Trained) -> None:
    run = trained("one")
    run.change_meta(parent="20200101-000000-abcdef", parent_step=3)
    assert "it branched from another run" in said(page("Reproduce"))


# The sealed test set ----------------------------------------------------------------------------


def test_a_look_at_the_test_set_is_counted_and_told(trained: Trained, data_dir: Path) -> None:
    digits = get("digits-mlp").experiment.with_set("training.steps", 20)
    assert isinstance(digits.data, Images)
    run = trained("digits", digits)
    test = page()
    assert "(0 looks so far)" in test.button(key="runs_open_test").label
    click(test, "runs_open_test")
    assert "(1 look so far)" in test.button(key="runs_open_test").label
    assert len(run.meta.peeks) == 1
    part = load(digits.data, data_dir).test
    assert part is not None
    totals = evaluate(load_network(run)[0], part, LOSSES[digits.training.loss])
    assert repr(totals.mean_loss) in html(test)


def test_data_without_a_test_part_have_no_such_button(trained: Trained) -> None:
    trained("one")
    assert "runs_open_test" not in {button.key for button in page().button}


# Opening the link -------------------------------------------------------------------------------


def opened(address: str) -> AppTest:
    parts = urlsplit(address)
    test = AppTest.from_file(str(APP), default_timeout=60)
    for name, values in parse_qs(parts.query).items():
        test.query_params[name] = values
    test.run()
    test.switch_page(f"pages/{parts.path.rpartition('/')[2]}.py").run()
    assert not test.exception
    return test


def reproduced(address: str, store: Store, data_dir: Path, change: str = "") -> str:
    """What the page says after Reproduce was pressed and the run has trained."""
    before = {s.run.id for s in store.summaries()}
    test = click(opened(address + change), "playground_reproduce")
    (run,) = [s.run for s in store.summaries() if s.run.id not in before]
    go_on(run, data_dir)
    return said(test.run())


def test_reproduce_trains_the_steps_of_the_link_and_says_reproduced(
    trained: Trained, store: Store, data_dir: Path
) -> None:
    trained("one", XOR.with_set("training.optimizer.lr", 0.03))
    address = links(page("Reproduce"))[0]
    text = reproduced(address, store, data_dir)
    assert "**Reproduced:** step 60" in text
    assert "exactly the same" in text


def test_another_loss_names_both_numbers_and_what_differs(
    trained: Trained, store: Store, data_dir: Path
) -> None:
    run = trained("one")
    address = links(page("Reproduce"))[0]
    loss = History(EventReader(run.path).read_new()).final_figures()["train_loss"]
    other = address.replace(f"expect=60,{loss!r}", "expect=60,0.125").replace(
        f",{torch.__version__.partition('+')[0]}", ",2.0.1"
    )
    assert other != address
    text = reproduced(other, store, data_dir)
    assert f"expected train_loss `0.125` at step 60, received `{loss!r}`" in text
    assert "PyTorch 2.0.1" in text


def test_a_changed_form_is_no_longer_the_link(trained: Trained) -> None:
    trained("one")
    test = opened(links(page("Reproduce"))[0])
    assert "playground_reproduce" in {button.key for button in test.button}
    test.slider(key="playground_noise").set_value(30).run()
    assert "playground_reproduce" not in {button.key for button in test.button}
    assert "expect" not in test.query_params


def test_a_damaged_expectation_is_a_message_and_the_page_works(trained: Trained) -> None:
    trained("one")
    address = links(page("Reproduce"))[0].replace("expect=60", "expect=sixty")
    test = opened(address)
    assert "expect in a link is a step" in said(test)
    assert test.button(key="train")
