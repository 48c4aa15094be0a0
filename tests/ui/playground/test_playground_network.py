"""What is picked on the drawn network, and one step of it, on the page without a browser."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch.nn import functional as F

from nnlab.config import (
    Activation,
    BatchNorm,
    Dropout,
    Experiment,
    Features,
    Linear,
    Model,
    PlaneClasses,
    Points,
    Sgd,
    Training,
    mlp,
    to_link,
)
from nnlab.config.layers import Layer
from nnlab.data.registry import load
from nnlab.models import build
from nnlab.runs.store import Run, Store
from nnlab.texts import number
from nnlab.training.batches import Batches
from nnlab.ui import services
from nnlab.ui.components.network import picked_at
from tests.ui.conftest import IdleLauncher, MakeRun, field_of_a_weight, html

REPOSITORY = Path(__file__).parents[3]

pytestmark = pytest.mark.usefixtures("quiet_server")


def experiment(layers: tuple[Layer, ...] | None = None, data: Any = None) -> Experiment:
    return Experiment(
        data=data or PlaneClasses(kind="circle", points=40),
        model=Model(layers=layers or mlp(3, outputs=2, activation="tanh")),
        training=Training(optimizer=Sgd(lr=0.5), epochs=50, batch_size=5),
    )


def opened(given: Experiment | None = None, *, picked: tuple[int, ...] | None = None) -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    test.query_params["x"] = to_link(given or experiment())
    test = test.switch_page("pages/playground.py").run()
    test.session_state["lab_playground"].picked = picked
    test.run()
    assert not test.exception
    return test


def open_one_step(test: AppTest) -> None:
    test.session_state["lab_playground"].asked_panel = "One step"
    test.run()


def texts(test: AppTest) -> str:
    kinds = ("markdown", "caption", "info", "success", "error", "warning")
    elements: list[Any] = [element for kind in kinds for element in test.get(kind)]
    return " ".join(element.value for element in elements)


def network() -> torch.nn.Sequential:
    return build(experiment().model, (2,))


def test_a_picked_neuron_lists_its_bias_and_weights_as_the_network_has_them() -> None:
    test = opened(picked=(1, 2))
    assert "Layer 1 neuron 3" in texts(test)
    weight, bias = (value.detach()[2] for value in network()[0].parameters())
    for value in (bias, *weight):
        assert f"{float(value)!r}" in html(test)
    assert test.selectbox("playground_parameter_1_2").options == [
        "bias",
        "weight from input x₁",
        "weight from input x₂",
    ]
    test.selectbox("playground_parameter_1_2").set_value("weight from input x₂").run()
    assert "0.weight[2, 1]</code> = <b id='nnlab-weight'" in html(test)
    assert f"data-form='.6g'>{number(float(weight[1]), 6)}</b>" in html(test)
    assert field_of_a_weight(test).value == pytest.approx(float(weight[1]))


def test_a_pick_that_the_new_network_does_not_have_is_let_go() -> None:
    test = opened(picked=(2, 1))
    test.number_input("playground_hidden_layers").set_value(0).run()
    assert not test.exception
    assert test.session_state["lab_playground"].picked is None


class StartingLauncher(IdleLauncher):
    """Notes what is to be started."""

    started: list[tuple[Run, object]] = []  # noqa: RUF012

    def start(self, run: Run, first: object = None, **_how: object) -> None:
        self.started.append((run, first))


def test_a_weight_changed_before_training_begins_a_run_that_stands_still_with_it(
    monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    monkeypatch.setattr(services, "launcher", StartingLauncher)
    StartingLauncher.started.clear()
    test = opened(picked=(2, 1, 0))
    field_of_a_weight(test).set_value(1.5).run()
    test.button("playground_weight_apply").click().run()
    assert not test.exception
    ((run, first),) = StartingLauncher.started
    assert first == "pause"
    assert [summary.run for summary in store.summaries()] == [run]
    (line,) = (run.path / "control.jsonl").read_text().splitlines()
    assert json.loads(line)["set"] == {"path": "weights.2.weight.1.0", "value": 1.5}
    assert test.session_state["lab_playground"].run_id == run.id


def test_the_weights_of_a_run_that_has_ended_cannot_be_changed_and_it_says_why(
    make_run: MakeRun,
) -> None:
    run = make_run("ended", experiment())
    test = opened(picked=(1, 0))
    test.session_state["lab_playground"].run_id = run.id
    test.run()
    assert not test.exception
    assert test.button("playground_weight_apply").disabled
    assert "has ended: press Reset" in texts(test)


@pytest.mark.parametrize(
    "given",
    [
        experiment(mlp(outputs=2)),
        experiment(
            (
                Features(names=("x1", "x1^2", "sin(x2)")),
                Linear(out_features=4, bias=False),
                BatchNorm(),
                Activation(kind="relu"),
                Dropout(p=0.2),
                Linear(out_features=2),
            )
        ),
        experiment(data=Points(rows=tuple((i, -i, i * i % 7, i % 2) for i in range(20)))),
    ],
    ids=["no hidden layer", "features, batch norm, dropout, no bias", "three inputs"],
)
def test_networks_of_other_forms_are_drawn_and_looked_into_too(given: Experiment) -> None:
    test = opened(given, picked=(1, 0))
    open_one_step(test)
    assert not test.exception
    assert not test.error
    assert "Incoming weights" in html(test)
    assert "relative error" in html(test)


def test_one_step_shows_the_very_batch_its_losses_and_what_autograd_says(
    tmp_path: Path,
) -> None:
    test = opened(picked=(1, 1, 0))
    open_one_step(test)
    assert not test.exception
    splits, model = load(experiment().data, tmp_path), network()
    batches = Batches(20, 5, replacement=False, seed=0, device=torch.device("cpu"))
    indices = batches.next()
    assert indices is not None
    x, y = splits.train.x[indices], splits.train.y[indices]
    losses = F.cross_entropy(model(x), y, reduction="none")
    losses.mean().backward()
    shown = html(test)
    for point, loss in zip(x, losses.detach(), strict=True):
        assert (
            f"<td>{number(float(point[0]), 4)}</td><td>{number(float(point[1]), 4)}</td>" in shown
        )
        assert f"<td>{number(float(loss), 4)}</td>" in shown
    assert "**Step 1** · 5 of 20 training points" in texts(test)
    weight = model[0].weight
    assert isinstance(weight, torch.nn.Parameter)
    assert weight.grad is not None
    gradient, before = float(weight.grad[1, 0]), float(weight.detach()[1, 0])
    assert f"<td title='{gradient!r}'>" in shown
    after = float((weight.detach() - 0.5 * weight.grad)[1, 0])
    assert number(before, 9) in shown
    assert number(after, 9) in shown


@pytest.mark.parametrize(
    "told", [None, "1-2", [1], [1, 9], [3, 0], [1, 0, 7], [0, 0, 0], [1, -1], [1, 0.5], [True]]
)
def test_what_a_browser_names_and_is_not_there_picks_nothing(told: object) -> None:
    drawing = {"layers": [{"labels": ["x₁", "x₂"]}, {"labels": ["", "", ""]}, {"labels": ["0"]}]}
    assert picked_at(told, drawing) is None


def test_what_is_there_is_picked() -> None:
    drawing = {"layers": [{"labels": ["x₁", "x₂"]}, {"labels": ["", "", ""]}]}
    assert picked_at([1, 2], drawing) == (1, 2)
    assert picked_at([1, 2, 1], drawing) == (1, 2, 1)
