"""The tabs of the Images page, on networks whose answers are known."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score
from streamlit.testing.v1 import AppTest

from nnlab.config import (
    Activation,
    Adam,
    Conv2d,
    Experiment,
    Flatten,
    Images,
    Linear,
    Model,
    Pool2d,
    Training,
)
from nnlab.data.handwriting import keep
from nnlab.data.images import load_validation
from nnlab.models import build
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.store import Run, Store
from nnlab.ui.images.tabs.tabs import TABS
from nnlab.ui.session.images_state import ImagesState
from tests.ui.conftest import MakeRun, html

REPOSITORY = Path(__file__).parents[3]
PLAIN = Model(layers=(Flatten(), Linear(out_features=10)))
SMALL_CNN = Model(
    layers=(
        Conv2d(out_channels=3, kernel_size=5),
        Activation(kind="relu"),
        Pool2d(kind="max_pool2d", kernel_size=4),
        Flatten(),
        Linear(out_features=10),
    )
)
DIGITS = Images(kind="digits")

pytestmark = pytest.mark.usefixtures("quiet_server")


def experiment(model: Model = PLAIN) -> Experiment:
    return Experiment(
        data=DIGITS, model=model, training=Training(optimizer=Adam(kind="adam"), epochs=1)
    )


@pytest.fixture
def always_nine(make_run: MakeRun) -> Run:
    """Sees a 9 in everything, with a logit of 9 against 8, 7 …"""
    run = make_run("sees nines", experiment())
    network = build(PLAIN, (1, 28, 28))
    with torch.no_grad():
        network.get_parameter("1.weight").zero_()
        network.get_parameter("1.bias").copy_(torch.arange(10.0))
    save_live(run.path, network.state_dict(), 25)
    return run


def opened(run: Run | None, tab: str, model: Model = PLAIN) -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    state = ImagesState(experiment(model), run.id if run is not None else None)
    state.panel = tab
    test.session_state["lab_images"] = state
    test = test.run().switch_page("pages/images.py").run()
    assert not test.exception
    return test


def said(test: AppTest) -> str:
    elements: Iterator[Any] = iter((*test.markdown, *test.caption, *test.error, *test.warning))
    return "\n".join(element.value for element in elements)


@pytest.mark.parametrize("tab", [name for name, _ in TABS])
def test_every_tab_looks_into_an_untrained_network(tab: str) -> None:
    test = opened(None, tab, SMALL_CNN)
    assert not test.error
    assert "ntrained" in said(test)


def test_confusion_counts_and_the_pictures_of_a_cell_are_those_of_the_network(
    always_nine: Run, data_dir: Path
) -> None:
    test = opened(always_nine, "Confusion")
    truths = load_validation(DIGITS, data_dir).y.numpy()
    fours = int((truths == 4).sum())
    test.selectbox("images_confusion_truth").set_value(4)
    test.selectbox("images_confusion_answer").set_value(9)
    test.run()
    assert f"**{fours}** of {fours} pictures of 4 are read as **9**" in said(test)
    test.selectbox("images_confusion_answer").set_value(3)
    test.run()
    assert f"None of the {fours} pictures of 4 is read as 3." in said(test)


def test_accuracy_by_class_agrees_with_scikit_learn(always_nine: Run, data_dir: Path) -> None:
    truths = load_validation(DIGITS, data_dir).y.numpy()
    table = html(opened(always_nine, "Confusion"))
    for digit in (3, 9):
        chosen = truths[truths == digit]
        share = accuracy_score(chosen, np.full(len(chosen), 9))
        assert f"<td>{share:.0%} of {len(chosen)}</td>" in table


def test_mistakes_are_counted_and_one_is_chosen_for_the_other_tabs(
    always_nine: Run, data_dir: Path
) -> None:
    test = opened(always_nine, "Mistakes")
    truths = load_validation(DIGITS, data_dir).y.numpy()
    wrong = np.flatnonzero(truths != 9)
    assert f"**{len(wrong):,} mistakes**" in said(test)
    chosen = int(wrong[5])
    test.selectbox("images_mistake_one").set_value(chosen)
    test.run()
    test.segmented_control("images_tab").set_value("Why")
    test.run()
    assert test.number_input("images_picture_number").value == chosen + 1
    assert f"it is **{truths[chosen]}**, read as **9** ✗" in said(test)


def test_a_network_without_hidden_layer_maps_the_pictures_themselves(always_nine: Run) -> None:
    assert "input itself (784 values)" in said(opened(always_nine, "Features"))


def test_grad_cam_says_that_it_needs_a_convolution(always_nine: Run) -> None:
    assert "this network has none" in said(opened(always_nine, "Why"))


def test_opening_the_test_set_is_counted_on_the_run(always_nine: Run) -> None:
    test = opened(always_nine, "Test set")
    assert "0 looks so far" in test.button("images_open_test").label
    test.button("images_open_test").click().run()
    assert len(Run(always_nine.path).meta.peeks) == 1
    assert "1 look so far" in test.button("images_open_test").label


def test_kept_drawings_are_a_second_test_set(always_nine: Run, data_dir: Path) -> None:
    for label in (9, 9, 9, 4):
        keep(np.full((28, 28), label / 10, np.float32), label, data_dir)
    assert "**3 of 4** are read right (75.0%)" in said(opened(always_nine, "Test set"))


def test_a_run_deleted_in_another_tab_is_a_message(always_nine: Run, store: Store) -> None:
    test = opened(always_nine, "Confusion")
    store.delete(always_nine.id)
    test.run()
    assert not test.exception
    assert always_nine.id in said(test)


def test_weights_that_are_no_numbers_are_a_message(always_nine: Run) -> None:
    network = build(PLAIN, (1, 28, 28))
    with torch.no_grad():
        network.get_parameter("1.bias").fill_(float("nan"))
    save_live(always_nine.path, network.state_dict(), 26)
    for tab in ("Confusion", "Mistakes", "Why"):
        test = opened(always_nine, tab)
        assert "training diverged" in said(test), tab
