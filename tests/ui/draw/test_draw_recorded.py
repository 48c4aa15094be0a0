"""Networks of recorded runs read drawings on the Draw page."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import Tensor, nn

from nnlab.insight.pictures.probabilities import class_probabilities
from nnlab.runs.recorded.record import GRAPH
from nnlab.runs.run import Run
from nnlab.runs.store import Store
from nnlab.ui.runtime.drawing_models import Reader, readers, why_not
from nnlab.ui.runtime.recorded_reader import recorded_reader
from tests.runs.recorded.modules import Digits, mlp
from tests.runs.recorded.recordings import recorded
from tests.ui.draw.test_draw import captions, own_server, page, seven, text, trained

__all__ = ["own_server"]  # a server for each test

PANELS = ("Steps", "Why", "X-ray", "Nearest", "What if", "Compare", "Teach", "Game", "Story")


class Skipping(nn.Module):
    """No chain of layers."""

    def __init__(self) -> None:
        super().__init__()
        self.last = nn.Linear(784, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(1)
        return self.last(x + x.relu())


def flat(last: nn.Module | None = None) -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), *mlp(784, 16, 10), last or nn.Identity())


def record(
    runs: Path, model: nn.Module, *inputs: int, low: float = 0, high: float = 1, name: str = "mine"
) -> Run:
    """Of pictures that go from exactly `low` to `high`."""
    torch.manual_seed(6)
    x = torch.rand(20, *inputs)
    x = low + (high - low) * (x - x.min()) / (x.max() - x.min())
    y, names = torch.arange(20) % 10, "0123456789"
    return recorded(Store(runs), model, x, y, name=name, classes=names, steps=(0, 2))


def choose(test: AppTest, run: Run) -> AppTest:
    test.selectbox(key="draw_reader").set_value(run.id).run()
    assert not test.exception
    assert [error.value for error in test.error] == []
    return test


def panel(test: AppTest, name: str) -> AppTest:
    test.segmented_control(key="draw_panel_choice").set_value(name).run()
    assert not test.exception
    assert [error.value for error in test.error] == []
    return test


def said(test: AppTest) -> str:
    return " ".join(element.value for element in (*test.markdown, *test.caption))


def test_it_stands_behind_what_the_lab_trained(runs_dir: Path, data_dir: Path) -> None:
    run = record(runs_dir, Digits(), 1, 28, 28)
    trained(runs_dir, "own")
    found = readers()
    assert [reader.run_id for reader in found][-1] == run.id
    assert len(found) == 3, "own, the one that ships, and the recorded one"
    assert found[-1].label == "mine · recorded"
    assert found[-1].reads_digits


@pytest.mark.parametrize(
    ("model", "inputs"),
    [
        (Digits, (1, 28, 28)),
        (Skipping, (1, 28, 28)),
        (flat, (28, 28)),
        (Skipping, (28, 28)),
        (lambda: mlp(784, 16, 10), (784,)),
        (lambda: flat(nn.Softmax(1)), (1, 28, 28)),
    ],
    ids=["cnn", "no chain", "28×28", "no chain 28×28", "784", "softmax"],
)
@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-0.4242, 2.8215)], ids=["0..1", "scaled"])
def test_it_answers_a_drawing_as_the_module_does(
    runs_dir: Path, model: type[nn.Module], inputs: tuple[int, ...], low: float, high: float
) -> None:
    torch.manual_seed(7)
    module = model()
    run = record(runs_dir, module, *inputs, low=low, high=high)
    picture = np.random.default_rng(8).random((28, 28), np.float32)
    reader = recorded_reader(run, moving=False)
    received = class_probabilities(reader.moment.network, picture)
    given = low + (high - low) * torch.from_numpy(picture).reshape(1, *inputs)
    with torch.no_grad():
        answer = module.eval()(given)[0].double()
    wanted = answer if bool((answer.sum() - 1).abs() < 1e-5) else answer.softmax(0)
    np.testing.assert_allclose(received, wanted.numpy(), atol=1e-4)
    assert received.std() > 1e-4


def test_it_reads_on_the_page_and_says_how_drawings_are_given_to_it(
    runs_dir: Path, data_dir: Path
) -> None:
    run = record(runs_dir, Digits(), 1, 28, 28, low=-0.5, high=2)
    test = choose(page(seven()), run)
    assert "It reads a" in text(test)
    assert "from -0.5 (black) to 2 (white)" in captions(test).replace("−", "-")
    assert "By the weights of step 2" in captions(test)
    assert "Beside it, draw-ready" in text(test)


@pytest.mark.parametrize("name", PANELS)
def test_with_the_labs_layers_every_panel_works_but_what_needs_its_training(
    runs_dir: Path, data_dir: Path, name: str
) -> None:
    run = record(runs_dir, Digits(), 1, 28, 28, low=-0.5, high=2)
    test = panel(choose(page(seven()), run), name)
    if name == "Nearest":
        assert "is in its author's program, and not here" in said(test)
    if name == "Why":
        assert "add up to" in said(test)
    if name == "Teach":
        assert "is not fine-tuned here" in said(test)


@pytest.mark.parametrize("name", PANELS)
def test_without_layers_a_panel_that_needs_them_says_so_in_a_sentence(
    runs_dir: Path, data_dir: Path, name: str
) -> None:
    run = record(runs_dir, Skipping(), 1, 28, 28)
    test = panel(choose(page(seven()), run), name)
    why = {"X-ray": "is not looked into", "What if": "kept as ONNX, gives none"}
    if name in why:
        assert why[name] in said(test)
    if name == "Why":
        assert "They need gradients" in said(test)
        assert "A black square of 4×4" in said(test)
    if name == "Compare":
        assert "mine · recorded" in text(test)
        assert "untrained" not in text(test)


def test_others_compare_with_a_recorded_one(runs_dir: Path, data_dir: Path) -> None:
    run = record(runs_dir, Skipping(), 1, 28, 28)
    test = panel(page(seven()), "Compare")
    choice = test.multiselect(key="draw_compared_models")
    choice.set_value([*itertools.islice(choice.value, 1), run.id]).run()
    assert not test.exception
    assert "mine · recorded" in text(test)


def test_what_takes_no_drawing_is_no_reader_and_says_why(runs_dir: Path, data_dir: Path) -> None:
    store = Store(runs_dir)
    x = torch.randn(5, 2)
    plane = recorded(store, mlp(2, 4, 10), x, torch.arange(5), classes="0123456789", steps=(0,))
    two = recorded(store, mlp(784, 2), torch.rand(5, 784), name="two", classes="ab", steps=(0,))
    number = recorded(
        store, mlp(784, 10), torch.rand(5, 784), name="n", task="regression", steps=(0,)
    )
    assert not [reader for reader in readers() if reader.recorded]
    assert "its network takes 2 and gives 10" in why_not(plane.id)
    assert "its network takes 784 and gives 2" in why_not(two.id)
    assert why_not(number.id)


def test_without_a_word_on_classes_ten_outputs_are_the_digits(
    runs_dir: Path, data_dir: Path
) -> None:
    recorded(Store(runs_dir), mlp(784, 10), torch.rand(5, 784), steps=(0,))
    (reader,) = [reader for reader in readers() if reader.recorded]
    assert reader.class_names == tuple("0123456789")


def test_ten_classes_that_are_no_digits_are_named(runs_dir: Path, data_dir: Path) -> None:
    names = tuple("abcdefghij")
    run = recorded(
        Store(runs_dir), mlp(784, 10), torch.rand(20, 784), torch.arange(20) % 10, classes=names
    )
    test = choose(page(seven()), run)
    assert "recorded, no digits" in " ".join(test.selectbox(key="draw_reader").options)
    assert "knows no digits: whatever you draw" in captions(test)


def test_a_damaged_graph_is_a_message_and_another_reads_on(runs_dir: Path, data_dir: Path) -> None:
    run = record(runs_dir, Digits(), 1, 28, 28)
    (run.path / GRAPH).write_bytes(b"damaged")
    test = page(seven())
    test.selectbox(key="draw_reader").set_value(run.id).run()
    assert not test.exception
    assert [f"{GRAPH} of run" in error.value for error in test.error] == [True]


def test_a_label_says_that_it_still_trains() -> None:
    reader = Reader("a", "mine", None, True, "recorded", tuple("0123456789"), recorded=True)
    assert reader.label == "mine · recorded · still training"
