"""Runs held against each other: what differs is shown and marked, and what applies is drawn."""

import base64
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import Curve, Experiment, Images, Model, PlaneValues, Points, Training, mlp
from nnlab.data.images import load, load_validation
from nnlab.figures import overlay
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.training.events import FitEnded
from nnlab.ui.lab.experiment_diff import rows
from tests.ui.conftest import MakeRun, html
from tests.ui.runs.test_run_list import tick
from tests.ui.runs.test_runs import click, messages, names, page

pytestmark = pytest.mark.usefixtures("quiet_server")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Any, str]]:
    """The figure and the words of every chart that was drawn, by key."""
    charts: dict[str, tuple[Any, str]] = {}

    def noted(figure: Any, *, key: str, alt: str) -> None:
        charts[key] = figure.to_plotly_json(), alt

    for module in ("curves", "pictures"):
        monkeypatch.setattr(f"nnlab.ui.runs.compare.{module}.show_chart", noted)
    return charts


def compare(*runs: Run) -> AppTest:
    test = page()
    for run in runs:
        tick(test, run.id)
    return click(test, "runs_compare")


def differing(test: AppTest) -> dict[str, list[str]]:
    """The rows of the table of experiments: their names and cells, marks included."""
    table = html(test).partition("aria-label='Experiments'")[2].partition("</table>")[0]
    body = re.findall(r"<tr><th scope='row'>(.*?)</th>(.*?)</tr>", table)
    return {
        name: [re.sub("<.*?>", "", cell) for cell in cells.split("</td>")[:-1]]
        for name, cells in body
    }


def test_only_the_fields_that_differ_are_shown_and_marked(make_run: MakeRun, drawn) -> None:
    one = make_run("one", "spiral")
    lr = one.experiment.training.optimizer.lr
    two = make_run("two", one.experiment.with_set("training.optimizer.lr", 0.5))
    test = compare(one, two)
    assert differing(test) == {"training.optimizer.lr": [f"{lr:g}", "≠ 0.5"]}
    test.toggle(key="runs_compare_all").set_value(True).run()
    every = differing(test)
    assert len(every) > 20
    assert every["training.optimizer.kind"] == ["adam", "adam"]
    marks = [cell for cells in every.values() for cell in cells if "≠" in cell]
    assert marks == ["≠ 0.5"]


def test_equal_experiments_are_said_to_be_equal(make_run: MakeRun, drawn) -> None:
    test = compare(make_run("one"), make_run("two"))
    assert differing(test) == {}
    assert "the same in every field" in "".join(element.value for element in test.markdown)


def test_what_one_experiment_has_not_is_a_dash_in_the_place_where_the_other_has_it() -> None:
    spiral = Experiment(
        data={"kind": "spiral"},
        model=Model(layers=mlp(8, outputs=2)),
        training=Training(epochs=1, optimizer={"kind": "adam"}),
    )
    deeper = spiral.model_copy(update={"model": Model(layers=mlp(8, 8, outputs=2))})
    sgd = deeper.with_set("training.optimizer", {"kind": "sgd", "lr": 0.001})
    found = {row.name: row for row in rows([spiral, sgd]) if row.differs}
    assert found["model.layers.3"].texts == ("–", "ReLU()")
    assert found["model.layers.3"].marked == (False, True)
    assert found["training.optimizer.betas"].texts == ("[0.9, 0.999]", "–")
    assert found["training.optimizer.momentum"].texts == ("–", "0")
    order = [row.name for row in rows([spiral, sgd])]
    assert order.index("model.layers.3") < order.index("model.seed")
    assert order[0] == "data.kind"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("model.layers.0.init", {"kind": "normal", "std": 0.5}),
        ("model.layers.0.bias", False),
        ("model.seed", 7),
        ("data.rows", [[0.0, 0.0, 0], [2.0, 1.0, 1]] * 20),
        ("training.early_stopping", {"patience": 3}),
        ("training.steps", 5),
        ("training.fused", False),
    ],
)
def test_no_difference_hides(path: str, value: object) -> None:
    one = Experiment(
        data=Points(rows=((0, 0, 0), (1, 1, 1)) * 20),
        model=Model(layers=mlp(8, outputs=2)),
        training=Training(epochs=1),
    )
    found = [row for row in rows([one, one.with_set(path, value)]) if row.differs]
    assert found
    assert all(row.name.startswith(path.rpartition(".init")[0] or path.removesuffix(".bias"))
               for row in found)  # fmt: skip


def test_the_curves_of_all_runs_lie_in_one_chart_by_step_epoch_or_seconds(
    make_run: MakeRun, drawn
) -> None:
    test = compare(make_run("one"), make_run("two", val_loss=0.5))

    def curve(index: int) -> tuple[list[float], list[float]]:
        trace = drawn["runs_compare_chart"][0]["data"][2 * index + 1]
        return tuple(_values(trace[axis]).tolist() for axis in "xy")

    assert [trace["name"] for trace in drawn["runs_compare_chart"][0]["data"]][1::2] == [
        "one",
        "two",
    ]
    assert curve(0)[0] == [10, 25]
    assert curve(1)[1] == pytest.approx([0.7, 0.5])
    test.segmented_control(key="runs_compare_axis").set_value("epoch").run()
    assert curve(0)[0] == pytest.approx([10 / 25, 1])  # 25 steps an epoch
    test.segmented_control(key="runs_compare_axis").set_value("seconds").run()
    assert curve(0)[0] == pytest.approx([0.1, 0.2])
    assert (
        drawn["runs_compare_chart"][0]["layout"]["xaxis"]["title"]["text"] == "seconds of training"
    )
    test.segmented_control(key="runs_compare_part").set_value("training").run()
    assert curve(0)[1] == pytest.approx([0.1234567890123456] * 2)
    test.toggle(key="runs_compare_log").set_value(True).run()
    assert drawn["runs_compare_chart"][0]["layout"]["yaxis"]["type"] == "log"
    assert "type" not in drawn["runs_compare_accuracy_chart"][0]["layout"]["yaxis"]
    assert not test.exception


def test_smoothing_draws_the_average_over_what_was_recorded(make_run: MakeRun, drawn) -> None:
    test = compare(make_run("one"), make_run("two"))
    test.slider(key="runs_compare_smoothing").set_value(0.5).run()
    raw, shown = drawn["runs_compare_chart"][0]["data"][:2]
    expected = overlay.smooth(_values(raw["y"]), 0.5)
    np.testing.assert_allclose(_values(shown["y"]), expected, rtol=1e-6)


def test_the_way_back_keeps_the_ticks(make_run: MakeRun, drawn) -> None:
    runs = make_run("one"), make_run("two")
    test = click(compare(*runs), "runs_compare_back")
    assert names(test) == ["two", "one"]
    assert all(test.checkbox(key=f"runs_tick_{run.id}").value for run in runs)


def test_a_compared_run_that_is_deleted_gives_a_message_and_the_others_stay(
    make_run: MakeRun, store: Store, drawn
) -> None:
    runs = [make_run(name) for name in ("one", "two", "three")]
    test = compare(*runs)
    store.delete(runs[0].id)
    test.run()
    assert not test.exception
    assert "deleted" in messages(test)
    assert len(drawn["runs_compare_chart"][0]["data"]) == 4
    store.delete(runs[1].id)
    test.run()
    assert names(test) == ["three"]


def test_each_kind_of_run_is_drawn_as_it_can_be_and_the_rest_named(
    make_run: MakeRun, store: Store, data_dir: Path, drawn
) -> None:
    digits = make_run("read", "digits-mlp").experiment.with_set("training.steps", 3)
    plane = _regression(PlaneValues(kind="plane", points=50))
    curve = _regression(Curve(kind="stairs"))
    runs = [
        store.create(experiment, name=name)
        for name, experiment in (("digits", digits), ("plane", plane), ("curve", curve))
    ]
    for run in runs:
        assert [event.type for event in train(run, data_dir=data_dir)][-1] == "fit_ended"
    test = compare(*runs, make_run("classes", "xor"))
    assert not test.warning
    said = "".join(element.value for element in test.caption)
    assert "MSELoss" in said
    assert "other than two inputs or images: curve." in said
    assert "not learn from, or validate on, the same data" in said
    matrix, words = drawn[f"runs_compare_confusion_{runs[0].id}"]
    counted = sum(int(note["text"]) for note in matrix["layout"]["annotations"])
    assert counted == 300  # the pictures of `digits` that validate
    assert words.startswith("digits. Confusion matrix")
    assert "values lie from" in drawn[f"runs_compare_boundary_{runs[1].id}"][1]
    assert len([key for key in drawn if key.startswith("runs_compare_boundary")]) == 2
    assert f"runs_compare_confusion_{runs[2].id}" not in drawn


def test_the_matrix_agrees_with_the_accuracy_that_the_run_recorded(
    make_run: MakeRun, store: Store, data_dir: Path, drawn
) -> None:
    experiment = make_run("x", "digits-mlp").experiment.with_set("training.steps", 60)
    runs = [
        store.create(experiment.with_set("training.optimizer.lr", lr), name=f"{lr:g}")
        for lr in (0.003, 0.0001)
    ]
    shares = []
    for run in runs:
        *_, ended = train(run, data_dir=data_dir)
        assert isinstance(ended, FitEnded)
        shares.append(f"{ended.val_accuracy:.1%}")
    assert shares[0] != shares[1]
    test = compare(*runs)
    said = [element.value for element in test.caption]
    for run, share in zip(runs, shares, strict=True):
        assert f"step 60 · {share} of 300 right" in said
        assert f"({share})" in drawn[f"runs_compare_confusion_{run.id}"][1]


def test_absent_pictures_are_a_message_beside_the_curves(make_run: MakeRun, drawn) -> None:
    test = compare(make_run("one", "mnist-mlp"), make_run("two", "mnist-cnn"))
    assert "runs_compare_chart" in drawn
    assert len(test.warning) == 2
    assert "mnist" in test.warning[0].value.lower()


def test_the_validation_pictures_alone_are_those_of_the_whole_data(data_dir: Path) -> None:
    data = Images(kind="digits", validation=100, train_size=50)
    whole, alone = load(data, data_dir).val, load_validation(data, data_dir)
    assert len(alone) == 100
    assert np.array_equal(whole.x, alone.x)
    assert np.array_equal(whole.y, alone.y)


def _regression(data: PlaneValues | Curve) -> Experiment:
    return Experiment(
        data=data,
        model=Model(layers=mlp(4, outputs=1, activation="tanh")),
        training=Training(loss="mse", steps=5),
    )


def _values(array: dict[str, Any]) -> np.ndarray:

    return np.frombuffer(base64.b64decode(array["bdata"]), "<" + array["dtype"])
