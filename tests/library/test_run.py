"""What a run says, shows and becomes from Python."""

import io

import numpy as np
import onnxruntime
import pandas as pd
import plotly.graph_objects as go
import pytest
import torch
from torch.nn import functional

import nnlab
from nnlab.data.registry import load
from nnlab.runs.record.checkpoints import load_checkpoint
from nnlab.runs.record.history import METRICS, History
from nnlab.runs.record.log import EventReader
from nnlab.training.events import Progress
from nnlab.training.fit import fit

POINTS = np.array([[0.0, 0.0], [4.0, -3.0], [-5.0, 1.0]])


# The table ---------------------------------------------------------------------------------------


def test_the_table_has_the_points_of_the_charts(circle):
    history = History(EventReader(circle.path).read_new())
    table = circle.history
    assert table.index.name == "step"
    assert table.index.is_monotonic_increasing
    assert table.index.is_unique
    assert list(table.columns[:2]) == ["epoch", "seconds"]
    for name in METRICS:
        steps, values = history.curve(name)
        assert (name in table) == (len(steps) > 0)
        if len(steps):
            column = table[name].dropna()
            assert column.index.tolist() == steps.tolist()
            assert column.tolist() == values.tolist()
    assert table["epoch"].tolist() == sorted(table["epoch"])
    assert table["epoch"].iloc[-1] == 4


def test_a_run_without_events_has_an_empty_table_with_its_index(runs_dir):
    experiment = nnlab.Experiment.from_json(
        nnlab.train("circle", {"training.steps": 1}, progress=False).experiment.to_json()
    )
    from nnlab.runs.store import Store

    run = nnlab.open(Store(runs_dir).create(experiment, name="new").id)
    assert isinstance(run, nnlab.Run)
    assert run.history.empty
    assert run.history.index.name == "step"
    with pytest.raises(nnlab.NnlabError, match="no weights yet"):
        run.network()


# The network -------------------------------------------------------------------------------------


def test_the_network_of_any_step_has_the_very_weights_that_it_had(circle, data_dir):
    experiment = circle.experiment
    running = fit(experiment, load(experiment.data, data_dir))
    expected = {0: running.snapshot()["model"]}
    for event in running:
        if isinstance(event, Progress) or event.type == "epoch_ended":
            expected[event.step] = running.snapshot()["model"]
    assert len(expected) > 2
    for step, weights in expected.items():
        network = circle.network(step)
        assert not network.training
        for name, value in network.state_dict().items():
            assert torch.equal(value, weights[name])
    last = max(expected)
    for name, value in circle.network().state_dict().items():
        assert torch.equal(value, expected[last][name])


def test_a_network_is_ones_own(circle):
    network = circle.network()
    with torch.no_grad():
        next(network.parameters()).zero_()
    assert next(circle.network().parameters()).abs().sum() > 0


@pytest.mark.parametrize("step", ["a", 1.5, True, -1, 10**9, None])
def test_a_step_that_there_is_not_is_told(circle, step):
    if step is None:
        assert circle.network(np.int64(0)) is not None
        return
    with pytest.raises(nnlab.NnlabError, match=r"whole number|is not among them"):
        circle.network(step)


# Answers -----------------------------------------------------------------------------------------


def test_probabilities_are_the_softmax_of_the_network(circle):
    with torch.no_grad():
        outputs = circle.network()(torch.tensor(POINTS, dtype=torch.float32))
    expected = functional.softmax(outputs.double(), dim=1).numpy()
    for form in (POINTS, POINTS.tolist(), torch.tensor(POINTS), pd.DataFrame(POINTS)):
        np.testing.assert_array_equal(circle.predict(form), expected)
    np.testing.assert_allclose(circle.predict(POINTS[1]), expected[1], rtol=1e-6)
    assert circle.predict(POINTS[1]).shape == (2,)
    needs_gradient = torch.tensor(POINTS, requires_grad=True)
    np.testing.assert_array_equal(circle.predict(needs_gradient), expected)
    short = torch.ones(1, 2)
    for kind in (torch.bfloat16, torch.float16, torch.float8_e4m3fn):
        np.testing.assert_array_equal(circle.predict(short.to(kind)), circle.predict(short))


def test_more_examples_than_are_asked_at_once_are_all_answered(circle):
    many = np.random.default_rng(0).normal(size=(2500, 2))
    np.testing.assert_allclose(circle.predict(many)[2400:], circle.predict(many[2400:]), rtol=1e-6)


def test_values_come_as_one_number_an_example():
    run = nnlab.train("curve-fit", {"training.epochs": 1}, progress=False)
    x = np.linspace(-1, 1, 5)[:, None]
    with torch.no_grad():
        expected = run.network()(torch.tensor(x, dtype=torch.float32))[:, 0]
    assert run.predict(x).shape == (5,)
    np.testing.assert_array_equal(run.predict(x), expected.double().numpy())
    assert run.predict(x[0]).shape == ()
    assert run.figures == ("loss",)


def test_pictures_of_bytes_are_told_that_their_values_go_from_0_to_1():
    reader = nnlab.open("draw-ready")
    assert isinstance(reader, nnlab.Run)
    for wrong in (np.full((1, 28, 28), 255, np.uint8), torch.full((2, 1, 28, 28), 255.0)):
        with pytest.raises(nnlab.NnlabError, match=r"from 255.* to 255.* by 255"):
            reader.predict(wrong)
    assert reader.predict(np.eye(28)[None].astype(np.uint8)).shape == (10,)
    assert reader.predict(np.full((1, 28, 28), 1.05)).shape == (10,)  # drawn larger, a little over


def test_tokens_are_whole_numbers_that_the_data_have():
    run = nnlab.train("attention-sort", {"training.steps": 2}, progress=False)
    row = [3, 1, 4, 1, 5, 9, 2, 6]
    found = run.predict([row])
    assert found.shape == (1, 8, 10)
    np.testing.assert_allclose(found.sum(axis=-1), 1)
    for wrong in ([[-1] * 8], [[10] * 8], [[0.5] * 8]):
        with pytest.raises(nnlab.NnlabError, match="whole numbers from 0 to 9"):
            run.predict(wrong)


@pytest.mark.parametrize(
    ("x", "said"),
    [
        ("points", "an array, a tensor or lists"),
        (None, "an array, a tensor or lists"),
        ([[1, 2], [3]], "an array, a tensor or lists"),
        ([["a", "b"]], "an array, a tensor or lists"),
        ([[1, 2, 3]], r"shape \[n, 2\].* got \[1, 3\]"),
        ([[[1, 2]]], r"got \[1, 1, 2\]"),
        ([], r"got \[0\]"),
        (np.zeros((0, 2)), r"n at least 1"),
        (3.0, r"shape \[n, 2\]"),
        ([[float("nan"), 0]], "no finite numbers"),
        ([[1e300, 0]], "no finite numbers"),
        (np.zeros((1, 2), complex), "an array, a tensor or lists"),
        (torch.zeros(1, 2).to_sparse(), "an array, a tensor or lists"),
        (torch.zeros(1, 2, device="meta"), "an array, a tensor or lists"),
        ([torch.zeros(2, requires_grad=True)], "an array, a tensor or lists"),
    ],
)
def test_examples_that_are_none_are_told_with_the_shape_that_is_due(circle, x, said):
    with pytest.raises(nnlab.NnlabError, match=said):
        circle.predict(x)


# Figures and files -------------------------------------------------------------------------------


def test_every_figure_is_one_that_plotly_takes(circle):
    assert circle.figures == ("loss", "accuracy", "boundary")
    for name in circle.figures:
        assert go.Figure(circle.figure(name).to_dict(), skip_invalid=False).data
    assert circle.figure().to_json() == circle.figure("loss").to_json()
    assert circle.figure("loss", dark=True).to_json() != circle.figure("loss").to_json()
    with pytest.raises(nnlab.NnlabError, match="Valid: loss, accuracy, boundary"):
        circle.figure("losses")


def test_an_export_is_bytes_or_a_file(circle, tmp_path):
    content = circle.export("onnx")
    session = onnxruntime.InferenceSession(content)
    outputs = np.asarray(session.run(None, {"x": POINTS.astype(np.float32)})[0])
    expected = circle.network()(torch.tensor(POINTS, dtype=torch.float32)).detach().numpy()
    np.testing.assert_allclose(outputs, expected, atol=1e-5)
    path = tmp_path / "curves.csv"
    assert circle.export("csv", path) == path
    assert path.read_bytes() == circle.export("csv")
    assert len(pd.read_csv(io.BytesIO(path.read_bytes()))) > 3
    with pytest.raises(nnlab.NnlabError, match="Valid: script-tensors"):
        circle.export("onxx")
    with pytest.raises(nnlab.NnlabError, match="cannot be written"):
        circle.export("csv", tmp_path / "absent" / "curves.csv")
    with pytest.raises(nnlab.NnlabError, match="is a path"):
        circle.export("csv", 3)
    with pytest.raises(nnlab.NnlabError, match="a path that this system takes"):
        circle.export("csv", "a" * 5000)
    with pytest.raises(nnlab.NnlabError, match="no name of a file"):
        circle.export("csv", "")


# Branches ----------------------------------------------------------------------------------------


def test_a_branch_begins_with_the_weights_of_its_step_and_trains_with_its_change(circle):
    branch = circle.branch(16, {"training.optimizer.lr": 0.5}, progress=False)
    assert (branch.status, branch.meta.parent, branch.meta.parent_step) == (
        "finished",
        circle.id,
        16,
    )
    assert branch.name == "circle · from 16, lr 0.5"
    for mine, other in zip(
        branch.network(16).parameters(), circle.network(16).parameters(), strict=True
    ):
        assert torch.equal(mine, other)
    assert set(branch.history["lr"].dropna()) == {0.5}
    assert branch.result["train_loss"] != circle.result["train_loss"]
    assert circle.branch(16, {}, progress=False).result["train_loss"] == circle.result["train_loss"]


def test_a_branch_with_a_larger_budget_goes_beyond_the_end(circle):
    assert circle.branch(32, {"training.epochs": 6}, progress=False).history.index[-1] == 48


def test_a_branch_begins_where_its_first_checkpoint_lies(circle):
    branch = circle.branch(8, {"weights.0.weight.1.0": 7.0}, progress=False)
    first = min((branch.path / "checkpoints").glob("0*"))
    assert load_checkpoint(first)["step"] == 8


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((1, None), "a dict of paths and values"),
        ((1, ["a"]), "a dict of paths and values"),
        ((1, {3: 1}), "is a text"),
        (("a", {}), "whole number"),
        ((10**9, {}), "is not among them"),
        ((1, {"data.noise": 0.1}), "cannot change in the middle"),
        ((1, {"training.optimizer.lr": "fast"}), "valid number"),
        ((1, {"training.optimizer.rate": 1}), "Unknown name 'rate'"),
        ((1, {"weights.9.weight.0.0": 1}), "names no weight"),
        ((1, {"weights.0.weight.99.0": 1}), "give one index"),
        ((1, {"weights.0.weight.0.0": "a"}), "a finite number"),
    ],
)
def test_a_branch_that_cannot_be_is_refused_before_it_is_made(circle, given, said):
    with pytest.raises(nnlab.NnlabError, match=said):
        circle.branch(*given, progress=False)
    assert len(nnlab.runs()) == 1


def test_a_run_at_its_end_does_not_go_on(circle):
    with pytest.raises(nnlab.NnlabError, match="is finished"):
        circle.resume()


def test_a_run_that_was_deleted_says_so(circle):
    from nnlab.runs.store import Store

    Store(circle.path.parent).delete(circle.id)
    looks = (lambda: circle.experiment, circle.network, lambda: circle.name, lambda: circle.status)
    for look in looks:
        with pytest.raises(nnlab.NnlabError, match="was deleted"):
            look()


def test_what_ships_is_opened_and_is_nobodys_to_train():
    reader = nnlab.open("draw-ready")
    assert isinstance(reader, nnlab.Run)
    assert reader.predict(np.zeros((1, 28, 28))).shape == (10,)
    with pytest.raises(nnlab.NnlabError, match="ships with nnlab"):
        reader.branch(0, {})
    with pytest.raises(nnlab.NnlabError, match="ships with nnlab"):
        reader.resume()
