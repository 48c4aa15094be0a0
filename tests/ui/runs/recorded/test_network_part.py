"""The part Network of a recorded run: what its network answers, at each kept step."""

import shutil
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from streamlit.testing.v1 import AppTest
from torch import Tensor, nn

from nnlab.runs.recorded.record import DATA, GRADIENT, GRAPH
from nnlab.runs.recorded.weights import load_tensor, load_weights
from nnlab.runs.store import Store, summarise_recorded
from nnlab.ui.runs.recorded import (
    network_confusion,
    network_curve,
    network_histograms,
    network_plane,
)
from nnlab.ui.runs.recorded.network_seen import see
from tests.runs.recorded.modules import Digits, Gpt, Residual, mlp
from tests.runs.recorded.recordings import recorded
from tests.ui.runs.recorded.test_on_the_page import words
from tests.ui.runs.test_runs import page

pytestmark = pytest.mark.usefixtures("quiet_server")
Charts = dict[str, tuple[Any, str]]
POINTS = torch.randn(40, 2, generator=torch.Generator().manual_seed(4)) * 3 + 20
SIDES = (POINTS[:, 0] > 20).long()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Charts:
    """Each chart by its key: the figure, and what it says in words."""
    charts: Charts = {}

    def noted(figure: Any, *, key: str, alt: str, on_click: object = None) -> None:
        charts[key] = figure.to_plotly_json(), alt

    for module in (network_plane, network_curve, network_confusion, network_histograms):
        monkeypatch.setattr(module, "show_chart", noted)
    return charts


def network_part() -> AppTest:
    test = page()
    test.segmented_control(key="runs_recorded_part").set_value("Network").run()
    assert not test.exception
    return test


def view(test: AppTest, name: str) -> AppTest:
    test.segmented_control(key="runs_recorded_view").set_value(name).run()
    assert not test.exception
    return test


def views(test: AppTest) -> list[str]:
    return test.segmented_control(key="runs_recorded_view").options


def cross_entropy(x: Tensor, y: Tensor) -> Callable[[nn.Module], Tensor]:
    return lambda model: F.cross_entropy(model(x), y)


class Standardised(nn.Module):
    """What somebody writes for points that lie far out, ending as `last` says."""

    def __init__(self, outputs: int, last: nn.Module | None = None) -> None:
        super().__init__()
        self.inner, self.last = mlp(2, 8, outputs), last or nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.inner((x - 20) / 3))


# The plane ---------------------------------------------------------------------------------------


def test_the_plane_reaches_as_far_as_the_points_and_says_its_classes(
    store: Store, drawn: Charts
) -> None:
    recorded(store, Standardised(2), POINTS, SIDES, classes=("left", "right"))
    test = network_part()
    figure, alt = drawn["runs_recorded_plane"]
    assert views(test) == ["Plane", "Confusion", "Histograms"]
    assert "under 40 points" in alt
    assert "class left on" in alt
    ticks = [float(text) for text in figure["layout"]["xaxis"]["ticktext"]]
    assert min(ticks) < POINTS[:, 0].min() + 3
    assert max(ticks) > POINTS[:, 0].max() - 3
    assert figure["layout"]["images"]
    assert "By the weights of step 20" in words(test)


def test_an_earlier_step_shows_the_plane_of_its_weights(store: Store, drawn: Charts) -> None:
    learn = cross_entropy(POINTS, SIDES)
    recorded(store, Standardised(2), POINTS, SIDES, classes="ab", learn=learn)
    test = network_part()
    newest = drawn["runs_recorded_plane"]
    test.select_slider(key="runs_recorded_step").set_value(0).run()
    assert not test.exception
    assert "By the weights of step 0" in words(test)
    assert drawn["runs_recorded_plane"] != newest


@pytest.mark.parametrize(
    ("outputs", "last"),
    [
        (1, None),
        (1, nn.Sigmoid()),
        (1, nn.Sequential(nn.Sigmoid(), nn.Flatten(0))),
        (2, nn.Softmax(1)),
        (2, nn.LogSoftmax(1)),
    ],
    ids=["logit", "sigmoid", "sigmoid of [n]", "softmax", "log_softmax"],
)
def test_probabilities_are_the_networks_own_whatever_its_last_layer_gives(
    store: Store, outputs: int, last: nn.Module | None
) -> None:
    model = Standardised(outputs, last)
    run = recorded(store, model, POINTS, SIDES, classes="ab", steps=(0,))
    seen = see(summarise_recorded(run), None, moving=False)
    with torch.no_grad():
        answer = model(POINTS).reshape(len(POINTS), -1)
    wanted = {"NoneType": torch.sigmoid, "LogSoftmax": torch.exp}.get(type(last).__name__)
    share = (wanted(answer) if wanted else answer)[:, -1]
    received = seen.cached("test", lambda network: network(POINTS).softmax(1)[:, 1])
    torch.testing.assert_close(received, share, atol=1e-5, rtol=1e-4)
    assert share.std() > 0.01


def test_a_value_over_the_plane_is_drawn_in_its_own_scale(store: Store, drawn: Charts) -> None:
    recorded(store, Standardised(1), POINTS, POINTS[:, 1] * 10, task="regression")
    test = network_part()
    figure, alt = drawn["runs_recorded_plane"]
    assert views(test) == ["Plane", "Histograms"]
    assert "the network's values lie from" in alt
    assert figure["data"][0]["marker"]["cmax"] == pytest.approx(
        float(POINTS[:, 1].abs().max()) * 10
    )


def test_one_input_and_one_value_is_a_curve(store: Store, drawn: Charts) -> None:
    x = torch.linspace(0, 4, 30)[:, None]
    model = mlp(1, 8, 1)
    recorded(store, model, x, x.sin()[:, 0], task="regression", steps=(0,))
    test = network_part()
    figure, alt = drawn["runs_recorded_curve"]
    assert views(test) == ["Curve", "Histograms"]
    assert "over x from 0 to 4" in alt
    error = float(F.mse_loss(model(x), x.sin()).detach())
    assert f"mean squared error {error:.4g}"[:-2] in alt
    assert figure["layout"]["xaxis"]["range"] == [-2, 6]


# Classes and pictures ----------------------------------------------------------------------------


def test_of_pictures_there_are_confusion_mistakes_and_attribution(
    store: Store, drawn: Charts
) -> None:
    model, x, y = Digits(), torch.rand(30, 1, 28, 28), torch.arange(30) % 10
    run = recorded(store, model, x, y, classes="0123456789", steps=(0, 2))
    with torch.no_grad():
        right = int((model.eval()(x).argmax(1) == y).sum())
    test = network_part()
    assert views(test) == ["Confusion", "Mistakes", "Attribution", "Histograms"]
    assert f"{right} of 30" in drawn["runs_recorded_confusion"][1]
    assert f"**{right}** of 30 recorded examples are read right" in words(test)
    view(test, "Mistakes")
    assert f"**{30 - right} mistakes**" in words(test)
    view(test, "Attribution")
    said = words(test)
    assert "**Occlusion**" in said
    assert "**Integrated gradients**" in said, "its layers are the lab's: it has gradients"
    assert "**Grad-CAM**" in said
    assert run.recorded.layers is not None


class Skipping(nn.Module):
    """No chain: there are no layers for the lab to build."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(784, 784), nn.Linear(784, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(1)
        return self.last(x + self.first(x).relu())


def test_without_layers_only_what_needs_no_gradients_is_shown(store: Store, drawn: Charts) -> None:
    x = torch.randn(20, 1, 28, 28)
    recorded(store, Skipping(), x, torch.arange(20) % 10, classes="0123456789", steps=(0,))
    test = view(network_part(), "Attribution")
    said = words(test)
    assert "**Occlusion**" in said
    assert "**Integrated gradients**" not in said
    assert "need gradients, which this network, kept as ONNX, does not give" in said
    view(test, "Mistakes")
    high = f"{float(x.max()):.4g}: shown from black to white"
    assert high in words(test)


def test_flat_digits_are_shown_as_pictures(store: Store, drawn: Charts) -> None:
    x = torch.rand(20, 784)
    recorded(store, mlp(784, 16, 10), x, torch.arange(20) % 10, classes="0123456789", steps=(0,))
    assert views(network_part()) == ["Confusion", "Mistakes", "Attribution", "Histograms"]


def test_of_rows_of_numbers_there_is_the_confusion_alone(store: Store, drawn: Charts) -> None:
    x = torch.randn(24, 4)
    recorded(store, Residual(), x, torch.arange(24) % 3, classes=("a", "b", "c"), steps=(0,))
    test = network_part()
    assert views(test) == ["Confusion", "Histograms"]
    assert "runs_recorded_confusion" in drawn


# Histograms --------------------------------------------------------------------------------------


def test_weights_and_gradients_are_counted_at_each_kept_step(store: Store, drawn: Charts) -> None:
    run = recorded(store, Residual(), torch.randn(24, 4), steps=(0, 5, 9))
    test = network_part()
    assert "Without recorded examples and targets" in words(test)
    figure, alt = drawn["runs_recorded_histograms"]
    assert alt.startswith("first.weight · Weights at 3 moments from step 0 to 9")
    spread = float(load_weights(run, 9).weights["first.weight"].numpy().std())
    assert f"{spread:.3g} at step 9" in words(test)
    assert [trace["name"] for trace in figure["data"]] == ["step 0", "step 5", "step 9"]
    test.selectbox(key="runs_recorded_tensor").set_value("last.bias").run()
    test.selectbox(key="runs_recorded_numbers").set_value(GRADIENT).run()
    gradient = load_tensor(run, 0, f"{GRADIENT}last.bias")
    assert gradient is not None
    assert f"{float(gradient.numpy().std()):.3g} at step 0" in words(test)


def test_what_onnx_cannot_hold_is_said_and_its_histograms_are_there(
    store: Store, drawn: Charts
) -> None:
    recorded(store, nn.LSTM(3, 3), torch.randn(4, 3), steps=(0, 3))
    assert "this one gives tuple" in words(network_part())
    assert "bias_hh_l0 · Weights at 2 moments" in drawn["runs_recorded_histograms"][1]


def test_an_answer_for_each_token_has_no_chart(store: Store, drawn: Charts) -> None:
    recorded(store, Gpt(), torch.randint(0, 11, (5, 7)), steps=(0,))
    assert "gives 7×11 numbers for each example" in words(network_part())


# Empty and damaged -------------------------------------------------------------------------------


def test_before_the_first_weights_there_is_a_word(store: Store, drawn: Charts) -> None:
    run = recorded(store, mlp(2, 4, 2), POINTS, SIDES, classes="ab", steps=(0,))
    (run.path / "live.safetensors").unlink()
    shutil.rmtree(run.path / "checkpoints")
    said = words(network_part())
    assert "has no weights yet" in said
    assert "histograms come with the first checkpoint" in said


@pytest.mark.parametrize("name", [GRAPH, DATA, "live.safetensors"])
def test_a_damaged_file_is_a_message_and_the_rest_is_there(
    store: Store, drawn: Charts, name: str
) -> None:
    run = recorded(store, mlp(2, 4, 2), POINTS, SIDES, classes="ab")
    (run.path / name).write_bytes(b"damaged")
    test = network_part()
    assert any(f"{name} of run" in one.value for one in test.warning)
    assert "runs_recorded_histograms" in drawn


def test_targets_that_are_no_classes_are_said(store: Store, drawn: Charts) -> None:
    recorded(store, mlp(2, 4, 2), POINTS, SIDES + 5, classes="ab", steps=(0,))
    assert "targets go from 5 to 6, and the classes from 0 to 1" in words(network_part())


def test_two_tokens_are_no_point_of_a_plane(store: Store, drawn: Charts) -> None:
    model = nn.Sequential(nn.Embedding(5, 4), nn.Flatten(), nn.Linear(8, 2))
    x = torch.randint(0, 5, (12, 2))
    recorded(store, model, x, x[:, 0] % 2, classes="ab", steps=(0,))
    assert views(network_part()) == ["Confusion", "Histograms"]
