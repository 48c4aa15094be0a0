"""Teaching classes of one's own on the Draw page, without a browser."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from nnlab.config import Images
from nnlab.data.pictures.label_sets import drawings, label_sets
from nnlab.models import build
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.store import Store
from nnlab.ui import services
from nnlab.ui.session.draw_state import DrawState
from nnlab.ui.session.typed import key_of
from tests.ui.draw.test_draw import APP, captions, stroke
from tests.ui.draw.test_draw_teach import markdown, page, state
from tests.ui.lab.conftest import NotedLauncher

pytestmark = pytest.mark.usefixtures("quiet_server")


def taught(names: str) -> AppTest:
    """The panel, with these names."""
    test = page("Teach", drawn=False)
    test.segmented_control("draw_teach_what").set_value("Your own classes").run()
    assert "1 · Name" in markdown(test)
    assert test.button("draw_train_own").label == "Train"
    test.text_input("draw_class_names").set_value(names)
    test.button("draw_begin_names").click().run()
    assert not test.exception
    return test


def draw(test: AppTest, label: int) -> None:
    state(test).sheet = stroke()
    test.run()
    test.button(f"draw_own_{label}").click().run()
    assert not test.exception


def test_a_newcomer_names_draws_trains_and_tries(
    data_dir: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "launcher", NotedLauncher)
    test = taught("cat, <b>house</b>")
    (names,) = label_sets(data_dir)
    assert names.names == ("cat", "<b>house</b>")
    assert test.button("draw_own_0").disabled
    assert test.button("draw_train_own").disabled
    for number in range(10):
        draw(test, number % 2)
    assert [one.label for one in drawings(names, data_dir)] == [0, 1] * 5
    assert "Kept: <b>house</b>." not in captions(test)  # shown as text
    assert state(test).sheet.png is None
    assert test.button("draw_train_own").label == "Train on 10 drawings"
    test.button("draw_train_own").click().run()
    assert not test.exception
    (summary,) = store.summaries()
    data = summary.experiment.data
    assert isinstance(data, Images)
    assert data.pictures is not None
    assert data.pictures.classes == names.names
    assert data.pictures.made == "drawn"
    network = build(summary.experiment.model, (1, 28, 28))
    save_live(summary.run.path, network.state_dict(), 1)
    state(test).sheet = stroke()
    test.run()
    assert not test.exception
    assert "Draw on the black sheet and watch the bars" in markdown(test)
    assert any("own drawings" in label for label in test.selectbox("draw_reader").options)


def test_names_that_cannot_be_are_answered(data_dir: Path) -> None:
    test = taught("cat")
    assert "Name 2 to 10 things" in captions(test)
    assert label_sets(data_dir) == []


def test_all_can_be_deleted(data_dir: Path) -> None:
    test = taught("cat, house")
    draw(test, 0)
    test.button("draw_own_delete_newest").click().run()
    assert drawings(label_sets(data_dir)[0], data_dir) == []
    test.button("draw_own_delete_all").click().run()
    assert label_sets(data_dir) == []
    assert test.text_input("draw_class_names").value == ""


def test_a_drawing_in_parts_is_one_drawing(data_dir: Path) -> None:
    """Two strokes far apart are two digits, and one cat."""
    test = AppTest.from_file(str(APP), default_timeout=60)
    test.session_state[key_of(DrawState)] = DrawState(panel="Teach", teaches_own=True)
    test.run()
    test.switch_page("pages/draw.py").run()
    assert not test.exception
    test.text_input("draw_class_names").set_value("cat, house")
    test.button("draw_begin_names").click().run()
    two = stroke()
    pixels = np.zeros((280, 280), np.uint8)
    pixels[60:220, 30:50] = pixels[60:220, 220:240] = 255
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    two.png = buffer.getvalue()
    state(test).sheet = two
    test.run()
    test.button("draw_own_0").click().run()
    (kept,) = drawings(label_sets(data_dir)[0], data_dir)
    columns = np.flatnonzero(kept.picture().max(axis=0) > 100)
    assert columns[-1] - columns[0] >= 15
