"""The Draw page without a browser: what it offers, and which models it knows."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
import torch
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from nnlab.config import Adam, Experiment, Flatten, Images, Linear, Model, PlaneClasses, Training
from nnlab.data.published import DIGIT_NAMES
from nnlab.insight.pictures.probabilities import class_probabilities
from nnlab.models import build
from nnlab.readers import shipped
from nnlab.recipes import get
from nnlab.runs import shipped as shipped_run
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.record.status import Status
from nnlab.runs.store import Run, Store
from nnlab.ui import services
from nnlab.ui.draw.canvas import INK, PAPER, SIDE
from nnlab.ui.runtime.drawing_models import Reader, labels
from nnlab.ui.session.draw_state import DrawState, Sheet
from nnlab.ui.session.typed import key_of

APP = Path(__file__).parents[3] / "app.py"


class IdleLauncher:
    """Trains nothing: what the tests look at are runs that rest."""

    def pending(self) -> dict[str, Status]:
        return {}

    def status(self, run: Run) -> Status:
        return run.status()


@pytest.fixture(autouse=True)
def own_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test has settings and a store of its own, and no workers."""
    st.cache_resource.clear()
    monkeypatch.setattr(services, "launcher", IdleLauncher)
    yield
    st.cache_resource.clear()


def experiment(kind: str = "digits") -> Experiment:
    return Experiment(
        data=Images.model_validate({"kind": kind}),
        model=Model(layers=(Flatten(), Linear(out_features=10))),
        training=Training(optimizer=Adam(kind="adam"), epochs=1, batch_size=50),
    )


def trained(runs: Path, name: str, kind: str = "digits", *, second: int = 0) -> Run:
    """A run with weights, as if a worker had trained it, made in that second of a minute."""
    made = Store(runs).create(experiment(kind), name=name)
    run = Run(made.path.rename(runs / f"20260101-0000{second:02}-abcdef"))
    network = build(run.experiment.model, (1, 28, 28))
    with torch.no_grad():
        network.get_parameter("1.weight").zero_()
        network.get_parameter("1.bias").copy_(
            torch.arange(10.0)
        )  # sees a 9 in everything, then an 8
    save_live(run.path, network.state_dict(), 7)
    return run


def page(drawing: Sheet | None = None) -> AppTest:
    """The Draw page, as a visitor opens it who has drawn that before."""
    test = AppTest.from_file(str(APP), default_timeout=60)
    if drawing is not None:
        test.session_state[key_of(DrawState)] = DrawState(sheet=drawing)
    test.run()
    test.switch_page("pages/draw.py").run()
    assert not test.exception
    return test


def stroke() -> Sheet:
    """A sheet with one upright stroke."""
    return drawn([(140, 60), (140, 220)])


def drawn(points: list[tuple[int, int]]) -> Sheet:
    """A sheet with one stroke."""
    picture = Image.new("RGBA", (SIDE, SIDE), PAPER)
    ImageDraw.Draw(picture).line(points, fill=INK, width=18, joint="curve")
    png = io.BytesIO()
    picture.save(png, "PNG")
    return Sheet(drawing={"objects": [{"type": "Path"}]}, png=png.getvalue())


def text(test: AppTest) -> str:
    """What the page says of the drawing."""
    return " ".join(element.proto.body for element in test.get("html"))


def captions(test: AppTest) -> str:
    return " ".join(caption.value for caption in test.caption)


SHIPS = "draw-ready · ships with nnlab · "


def models(test: AppTest) -> list[str]:
    """Those that were trained here."""
    options = test.selectbox(key="draw_reader").options
    return [option for option in options if not option.startswith(SHIPS)]


def seven() -> Sheet:
    """A sheet with a 7 on it."""
    return drawn([(85, 70), (200, 70), (130, 230)])


def test_a_fresh_clone_without_a_run_or_data_reads_a_seven(runs_dir: Path, data_dir: Path) -> None:
    test = page(seven())
    assert not runs_dir.exists() or Store(runs_dir).summaries() == []
    assert "It reads a 7" in text(test)
    share = shipped("draw-ready").record.test_accuracy
    options = test.selectbox(key="draw_reader").options
    assert options == [f"{SHIPS}{share:.1%} of MNIST's test digits"]
    assert "Train your own and compare" in test.button(key="draw_train_reader").label
    assert "its answer stands here beside this one" in captions(test)


@pytest.mark.parametrize("panel", ["Why", "X-ray", "What if", "Compare", "Teach", "Game", "Steps"])
def test_every_panel_works_with_what_ships(runs_dir: Path, data_dir: Path, panel: str) -> None:
    test = page(seven())
    test.segmented_control(key="draw_panel_choice").set_value(panel).run()
    assert not test.exception
    assert [error.value for error in test.error] == []


def test_nearest_says_what_it_needs_where_the_training_pictures_are_not_here(
    runs_dir: Path, data_dir: Path
) -> None:
    test = page(seven())
    test.segmented_control(key="draw_panel_choice").set_value("Nearest").run()
    assert not test.exception
    assert "nnlab download mnist" in captions(test)


def test_ones_own_and_what_ships_answer_beside_each_other(runs_dir: Path) -> None:
    own = trained(runs_dir, "own")
    test = page(seven())
    assert test.selectbox(key="draw_reader").value == own.id
    assert "It reads a 9" in text(test)
    assert re.search(r"draw-ready, which ships with nnlab, reads.*<b>7</b>", text(test))
    test.selectbox(key="draw_reader").select("draw-ready").run()
    assert "It reads a 7" in text(test)
    assert re.search(r"own, trained here, reads.*<b>9</b>", text(test))


def test_what_ships_and_is_damaged_is_told_and_the_page_goes_on(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped_run, "shipped", lambda name: shipped(name, runs_dir / "nowhere"))
    shipped_run._lay_out.cache_clear()
    test = page(seven())
    assert "git checkout" in test.warning[0].value
    assert "Train a reader" in test.button(key="draw_train_reader").label


def test_only_runs_on_pictures_that_have_weights_are_models(runs_dir: Path) -> None:
    store = Store(runs_dir)
    plane = store.create(
        get("spiral").experiment.model_copy(update={"data": PlaneClasses(kind="spiral")}),
        name="a plane",
    )
    save_live(plane.path, build(plane.experiment.model, (2,)).state_dict(), 7)
    store.create(experiment(), name="no weights yet")
    trained(runs_dir, "a reader")
    assert models(page()) == ["a reader"]


def test_the_newest_reader_of_digits_comes_first_and_is_chosen(runs_dir: Path) -> None:
    trained(runs_dir, "older", "digits", second=1)
    newer = trained(runs_dir, "newer", "mnist", second=2)
    trained(runs_dir, "clothes", "fashion-mnist", second=3)
    test = page()
    assert models(test) == ["newer", "older", "clothes · no digits but fashion-mnist"]
    assert test.selectbox(key="draw_reader").value == newer.id


def test_what_learned_from_most_hands_comes_before_what_is_newer(runs_dir: Path) -> None:
    trained(runs_dir, "hands", "mnist-hands", second=1)
    trained(runs_dir, "strokes", "mnist-strokes", second=2)
    trained(runs_dir, "plain", "mnist", second=3)
    assert models(page()) == ["hands", "strokes", "plain"]


def test_the_address_chooses_the_model(runs_dir: Path) -> None:
    older = trained(runs_dir, "older", second=1)
    trained(runs_dir, "newer", second=2)
    test = AppTest.from_file(str(APP), default_timeout=60)
    test.query_params["run"] = older.id
    test.run().switch_page("pages/draw.py").run()
    assert test.selectbox(key="draw_reader").value == older.id


def test_a_reader_of_clothes_alone_leaves_the_button_there(runs_dir: Path) -> None:
    trained(runs_dir, "clothes", "fashion-mnist")
    test = page()
    assert models(test) == ["clothes · no digits but fashion-mnist"]
    assert test.selectbox(key="draw_reader").value == "draw-ready"
    test.selectbox(key="draw_reader").select_index(1).run()
    assert "knows no digits" in captions(test)
    assert test.button(key="draw_train_reader")


def test_a_model_deleted_elsewhere_is_told_and_another_one_reads(runs_dir: Path) -> None:
    trained(runs_dir, "first", second=1)
    gone = trained(runs_dir, "second", second=2)
    test = page()
    Store(runs_dir).delete(gone.id)
    test.run()
    assert not test.exception
    assert "deleted" in test.warning[0].value
    assert "'first'" in test.warning[0].value
    assert models(test) == ["first"]


def test_a_label_of_an_older_list_chooses_the_model_that_it_stood_for(runs_dir: Path) -> None:
    older = trained(runs_dir, "older", second=1)
    trained(runs_dir, "newer", second=2)
    test = AppTest.from_file(str(APP), default_timeout=60)
    label = "older · still training"
    test.session_state[key_of(DrawState)] = DrawState(listed={label: older.id})
    # What Streamlit makes of a browser's answer to a list that the server has replaced meanwhile.
    test.session_state["draw_reader"] = label
    test.run().switch_page("pages/draw.py").run()
    assert [warning.value for warning in test.warning] == []
    assert test.selectbox(key="draw_reader").value == older.id


def test_the_labels_that_were_shown_are_remembered(runs_dir: Path) -> None:
    run = trained(runs_dir, "a name")
    test = page()
    Store(runs_dir).rename(run.id, "another name")
    test.run()
    listed = test.session_state[key_of(DrawState)].listed
    assert {label: which for label, which in listed.items() if which == run.id} == {
        "a name": run.id,
        "another name": run.id,
    }


def test_a_model_picked_from_a_list_that_it_has_gone_from_is_told(runs_dir: Path) -> None:
    gone = trained(runs_dir, "first", second=1)
    trained(runs_dir, "second", second=2)
    test = page()
    Store(runs_dir).delete(gone.id)
    test.selectbox(key="draw_reader").select(gone.id).run()
    assert "deleted" in test.warning[0].value
    assert "'second'" in test.warning[0].value


def test_the_last_model_deleted_leaves_what_ships_and_the_button(runs_dir: Path) -> None:
    gone = trained(runs_dir, "only")
    test = page()
    Store(runs_dir).delete(gone.id)
    test.run()
    assert not test.exception
    assert "deleted" in test.warning[0].value
    assert "'draw-ready'" in test.warning[0].value
    assert test.button(key="draw_train_reader")


def test_nothing_drawn_is_said_and_nothing_predicted(runs_dir: Path) -> None:
    trained(runs_dir, "a reader")
    said = text(page())
    assert "Nothing is drawn yet" in said
    assert "It reads" not in said


def test_the_answer_names_the_likeliest_class_and_the_next_with_their_shares(
    runs_dir: Path,
) -> None:
    trained(runs_dir, "a reader")
    shares = np.exp(np.arange(10.0)) / np.exp(np.arange(10.0)).sum()
    expected = f"It reads a 9 ({shares[9]:.1%}), then an 8 ({shares[8]:.1%})"
    assert expected in text(page(stroke()))


def test_a_reader_of_clothes_answers_in_their_names(runs_dir: Path) -> None:
    trained(runs_dir, "clothes", "fashion-mnist")
    test = page(stroke())
    test.selectbox(key="draw_reader").select_index(1).run()
    assert "It reads an Ankle boot" in text(test)


def test_weights_that_are_damaged_are_a_message(runs_dir: Path) -> None:
    run = trained(runs_dir, "damaged")
    (run.path / "live.safetensors").write_bytes(b"no weights")
    test = page(stroke())
    assert len(test.error) == 1
    assert "It reads" not in text(test)


def test_weights_that_are_not_finite_are_a_message(runs_dir: Path) -> None:
    run = trained(runs_dir, "diverged")
    network = build(run.experiment.model, (1, 28, 28))
    with torch.no_grad():
        network.get_parameter("1.bias").fill_(float("nan"))
    save_live(run.path, network.state_dict(), 8)
    assert "not finite" in page(stroke()).error[0].value


def test_undo_takes_the_newest_stroke_and_the_last_undo_clears() -> None:
    strokes = [{"type": "Path", "n": n} for n in range(2)]
    sheet = Sheet(drawing={"objects": strokes}, png=b"a picture")
    sheet.undo()
    assert sheet.start is not None
    assert sheet.start["objects"] == strokes[:1]
    assert sheet.key == Sheet().key, "the canvas stays the same one"
    sheet.undo()
    assert sheet.strokes == []
    assert sheet.png is None
    assert sheet.key != Sheet().key


def test_the_same_undo_twice_is_heard_twice() -> None:
    strokes = [{"type": "Path", "n": n} for n in range(2)]
    sheet = Sheet(drawing={"objects": strokes})
    sheet.undo()
    first, sheet.drawing = sheet.start, {"objects": strokes}
    sheet.undo()
    assert sheet.start != first


def test_equal_labels_are_told_apart_by_the_end_of_their_id() -> None:
    first, second = (
        Reader(f"20260101-00000{n}-abc{n}ef", "same", 0.5, False, "mnist", DIGIT_NAMES)
        for n in (1, 2)
    )
    assert labels([first, second]) == {
        first.run_id: "same · 50.0% validation accuracy on MNIST · abc1ef",
        second.run_id: "same · 50.0% validation accuracy on MNIST · abc2ef",
    }


def test_pictures_are_read_by_a_hand_made_network() -> None:
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 3, bias=False))
    weight = network.get_parameter("1.weight")
    with torch.no_grad():
        weight.zero_()
        weight[1, 5] = 2.0
    picture = torch.zeros(28, 28)
    picture[0, 5] = 0.5
    expected = torch.tensor([1.0, 2.718281828459045, 1.0]) / (2 + 2.718281828459045)
    assert class_probabilities(network, picture.numpy()) == pytest.approx(expected.numpy())


def star() -> Sheet:
    """A sheet with a star of five points in one line."""
    picture = Image.new("RGBA", (SIDE, SIDE), PAPER)
    corners = [(140, 40), (200, 230), (45, 110), (235, 110), (80, 230), (140, 40)]
    ImageDraw.Draw(picture).line(corners, fill=INK, width=18)
    png = io.BytesIO()
    picture.save(png, "PNG")
    return Sheet(drawing={"objects": [{"type": "Path"}]}, png=png.getvalue())


def test_what_may_be_no_digit_is_said_in_the_status_beside_the_answer(runs_dir: Path) -> None:
    trained(runs_dir, "plain")
    said = re.search(r'<p role="status".*?</p>', text(page(star())))
    assert said is not None
    assert "It reads a 9" in said[0]
    assert "This may be several digits, or none." in said[0]
    assert "or none" not in text(page(stroke()))


def test_a_network_that_knows_no_digits_doubts_none(runs_dir: Path) -> None:
    trained(runs_dir, "clothes", "fashion-mnist")
    test = page(star())
    test.selectbox(key="draw_reader").select_index(1).run()
    said = text(test)
    assert "It reads an Ankle boot" in said
    assert "or none" not in said


def test_of_several_pieces_each_doubtful_one_is_marked_and_named(runs_dir: Path) -> None:
    trained(runs_dir, "plain")
    picture = Image.new("RGBA", (SIDE, SIDE), PAPER)
    pencil = ImageDraw.Draw(picture)
    pencil.line([(40, 60), (40, 220)], fill=INK, width=16)
    corners = [(190, 70), (230, 210), (120, 120), (260, 120), (140, 210), (190, 70)]
    pencil.line(corners, fill=INK, width=14)
    png = io.BytesIO()
    picture.save(png, "PNG")
    said = text(page(Sheet(drawing={"objects": [{"type": "Path"}]}, png=png.getvalue())))
    assert re.findall(r"<i class=[^>]*><b>(.*?)</b>", said) == ["9", "9?"]
    assert "The 2nd may be several digits, or none." in said
