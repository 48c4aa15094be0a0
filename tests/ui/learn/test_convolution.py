"""The chapter on convolution on its page."""

import pytest
import torch
from safetensors.torch import save_file
from streamlit.testing.v1 import AppTest

from nnlab.config import Conv2d
from nnlab.data.description import describe
from nnlab.learn.convolution.convolve import feature_map
from nnlab.learn.convolution.drawing import first_drawing, to_base64
from nnlab.learn.convolution.kernels import preset
from nnlab.models import build
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.store import Run
from nnlab.texts import number
from nnlab.ui.learn.chapters.convolution.state import ConvolutionState
from tests.ui.conftest import MakeRun, html
from tests.ui.learn.chapters import opened, ran, text

pytestmark = pytest.mark.usefixtures("quiet_server")
GOOD = {"drawing": to_base64(first_drawing()), "kernel": [0.0] * 9, "row": 1, "column": 2}


def test_the_number_of_the_place_is_that_of_f_conv2d() -> None:
    test = opened(chapter="convolution")
    value = feature_map(first_drawing(), preset("vertical"))[6, 4].item()
    assert f"**{number(value, 9)}** in row 7, column 5" in text(test)
    assert "26 × 26" in text(test)
    assert "Pooling leaves 13 × 13" in text(test)
    test.selectbox(key="learn_conv_kernel").set_value("wide")
    ran(test)
    value = feature_map(first_drawing(), preset("wide"))[6, 4].item()
    assert f"**{number(value, 9)}**" in text(test)
    assert "24 × 24" in text(test)


def test_shift_and_parameters_follow_their_sliders() -> None:
    test = opened(chapter="convolution")
    test.slider(key="learn_conv_maps").set_value(16)
    test.slider(key="learn_conv_shift").set_value(0)
    ran(test)
    tables = html(test)
    assert "160" in tables, "16 kernels of 9 values, and 16 biases"
    assert "changed by 0%" in tables
    test.slider(key="learn_conv_shift").set_value(5)
    ran(test)
    assert "changed by 0%" not in html(test)


def test_an_empty_sheet_is_said() -> None:
    test = opened(chapter="convolution")
    test.session_state["ConvolutionState"].drawing = torch.zeros(28, 28)
    ran(test)
    assert "The sheet is empty" in text(test)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"drawing": "x"}, "28×28"),
        ({"kernel": [1, 2]}, "3×3 or 5×5"),
        ({"row": 10**9}, "from 0 to 32"),
        ({"column": "1"}, "from 0 to 32"),
    ],
)
def test_what_a_browser_sends_amiss_changes_nothing_and_is_said(
    wrong: dict[str, object], message: str
) -> None:
    state = ConvolutionState()
    state.take(GOOD | wrong)
    assert message in str(state.refused)
    assert torch.equal(state.kernel, preset("vertical"))
    assert (state.row, state.column, state.version) == (6, 4, 1)
    state.take(GOOD)
    assert state.refused is None
    assert (state.row, state.column) == (1, 2)
    assert not state.kernel.any()


def test_a_message_from_nowhere_is_refused() -> None:
    state = ConvolutionState()
    state.take("drawing")
    assert "Load the page anew" in str(state.refused)


def save_weights(run: Run, step: int) -> torch.Tensor:
    """New weights, as training writes them; the first layer's kernels [n, k, k]."""
    experiment = run.experiment
    network = build(experiment.model, describe(experiment.data).input_shape)
    save_file(network.state_dict(), run.path / LIVE, {"step": str(step)})
    at = next(i for i, one in enumerate(experiment.model.layers) if isinstance(one, Conv2d))
    return network.state_dict()[f"{at}.weight"][:, 0]


def label_of(test: AppTest) -> str:
    """What the list of kernels says is chosen."""
    chosen = test.selectbox(key="learn_conv_kernel")
    return chosen.options[chosen.index] if chosen.index is not None else ""


def test_kernels_of_the_persons_own_network_can_be_chosen(make_run: MakeRun) -> None:
    kernel = save_weights(make_run("my reader", "draw-offline"), 7)[1]
    test = opened(chapter="convolution")
    test.selectbox(key="learn_conv_kernel").select("Kernel 2 of your network my reader")
    ran(test)
    assert label_of(test) == "Kernel 2 of your network my reader"
    value = feature_map(first_drawing(), kernel)[6, 4].item()
    assert f"**{number(value, 9)}**" in text(test)


def test_a_kernel_of_a_run_that_trained_on_or_is_older_is_the_persons_own(
    make_run: MakeRun,
) -> None:
    run = make_run("my reader", "draw-offline")
    kernel = save_weights(run, 7)[1]
    test = opened(chapter="convolution")
    test.selectbox(key="learn_conv_kernel").select("Kernel 2 of your network my reader")
    ran(test)
    save_weights(run, 8)
    ran(test)
    assert label_of(test) == "Your own numbers"
    value = feature_map(first_drawing(), kernel)[6, 4].item()
    assert f"**{number(value, 9)}**" in text(test)
    newest = save_weights(run, 9)[1]
    ran(test)
    test.selectbox(key="learn_conv_kernel").select("Kernel 2 of your network my reader")
    ran(test)
    assert f"**{number(feature_map(first_drawing(), newest)[6, 4].item(), 9)}**" in text(test)
    save_weights(make_run("another reader", "draw-offline"), 9)
    ran(test)
    assert label_of(test) == "Your own numbers"


def test_what_was_chosen_is_so_after_another_chapter() -> None:
    test = opened(chapter="convolution")
    test.selectbox(key="learn_conv_kernel").set_value("wide")
    for key, value in (("stride", 2), ("padding", 1), ("pooling", "avg")):
        test.segmented_control(key=f"learn_conv_{key}").set_value(value)
    ran(test)
    for chapter in ("softmax", "convolution"):
        test.query_params["chapter"] = chapter
        ran(test)
    assert label_of(test) == "Mean of 25"
    values = feature_map(first_drawing(), preset("wide"), 2, 1)
    assert f"{len(values)} × {len(values)} values" in text(test)
    assert test.segmented_control(key="learn_conv_pooling").value == "avg"


def test_own_numbers_are_listed_once_there_are_such_and_come_back() -> None:
    test = opened(chapter="convolution")
    assert "Your own numbers" not in test.selectbox(key="learn_conv_kernel").options
    typed = [float(i) for i in range(9)]
    test.session_state["ConvolutionState"].take(GOOD | {"kernel": typed})
    ran(test)
    assert label_of(test) == "Your own numbers"
    for label, kernel in (
        ("Identity", preset("identity")),
        ("Your own numbers", torch.tensor(typed).reshape(3, 3)),
    ):
        test.selectbox(key="learn_conv_kernel").select(label)
        ran(test)
        value = feature_map(first_drawing(), kernel)[1, 2].item()
        assert f"**{number(value, 9)}** in row 2, column 3" in text(test)
