"""A recorded run from Python: what was written of somebody's own loop."""

import numpy as np
import plotly.graph_objects as go
import pytest
import torch
from torch import nn

import nnlab
from nnlab.runs.store import Store
from nnlab.training.events import Metrics, to_line
from tests.runs.recorded.made import LOSSES, make_recorded
from tests.runs.recorded.recordings import recorded

POINTS = torch.tensor([[0.0, 1.0], [2.0, -1.0], [-3.0, 0.5]])


def opened(run) -> nnlab.RecordedRun:
    found = nnlab.open(run.id)
    assert isinstance(found, nnlab.RecordedRun)
    return found


def test_every_metric_is_a_column_by_its_own_name(runs_dir):
    run = opened(make_recorded(Store(runs_dir)))
    assert list(nnlab.runs()) == [run]
    assert run.history.index.tolist() == [10, 20, 30]
    assert run.history.to_dict("records") == list(LOSSES)
    assert run.figures == ("loss", "acc")
    assert go.Figure(run.figure("acc").to_dict(), skip_invalid=False).data
    with pytest.raises(nnlab.NnlabError, match="Valid: loss, acc"):
        run.figure("accuracy")
    assert run.record.module == "MyNet"
    assert run.export("csv").decode().startswith("step,epoch,seconds,loss,acc")
    assert (run.name, run.status) == ("mine", "finished")


def test_a_metric_told_several_times_at_a_step_stands_as_it_was_last(runs_dir):
    store = Store(runs_dir)
    directory = recorded(store, nn.Linear(2, 1), POINTS, task="regression")
    with (directory.path / "events.jsonl").open("a") as file:
        for values in ({"loss": 3.0}, {"val": 2.0}, {"val": 1.0}, {"other": 0.5}):
            file.write(f"{to_line(Metrics(step=1, epoch=0, seconds=0.0, values=values))}\n")
    table = opened(directory).history
    assert table.index.tolist() == [1]
    assert table.loc[1].to_dict() == {"loss": 3.0, "val": 1.0, "other": 0.5}


def test_the_network_answers_as_the_module_did_at_the_end(runs_dir):
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 3))
    run = opened(recorded(Store(runs_dir), model, POINTS, classes=["a", "b", "c"]))
    with torch.no_grad():
        expected = model(POINTS)
    torch.testing.assert_close(run.network()(POINTS), expected, atol=1e-5, rtol=1e-5)
    np.testing.assert_allclose(run.predict(POINTS), expected.softmax(1).numpy(), atol=1e-5)
    assert run.predict(POINTS[0]).shape == (3,)
    assert run.steps == (0, 10, 20)
    assert not torch.equal(run.network(0)(POINTS), run.network(20)(POINTS))
    for step in (5, "a"):
        with pytest.raises(nnlab.NnlabError):
            run.network(step)  # ty: ignore[invalid-argument-type]
    with pytest.raises(nnlab.NnlabError, match=r"shape \[n, 2\]"):
        run.predict([[1, 2, 3]])


def test_one_output_for_two_classes_is_the_logit_of_the_second(runs_dir):
    model = nn.Linear(2, 1)
    run = opened(recorded(Store(runs_dir), model, POINTS, classes=["no", "yes"]))
    with torch.no_grad():
        expected = model(POINTS).sigmoid()[:, 0].numpy()
    found = run.predict(POINTS)
    np.testing.assert_allclose(found[:, 1], expected, atol=1e-5)
    np.testing.assert_allclose(found.sum(1), 1)


def test_values_are_one_number_an_example(runs_dir):
    model = nn.Linear(2, 1)
    run = opened(recorded(Store(runs_dir), model, POINTS, task="regression"))
    with torch.no_grad():
        expected = model(POINTS)[:, 0].numpy()
    np.testing.assert_allclose(run.predict(POINTS), expected, atol=1e-5)


def test_a_network_that_is_not_there_is_said_and_the_curves_are(runs_dir):
    run = opened(make_recorded(Store(runs_dir), no_graph="ONNX holds no such thing."))
    for ask in (run.network, lambda: run.predict([0.0, 0.0])):
        with pytest.raises(nnlab.NnlabError, match="ONNX holds no such thing"):
            ask()
    assert len(run.history) == 3


def test_a_loop_that_told_nothing_has_no_figures(runs_dir):
    run = opened(recorded(Store(runs_dir), nn.Linear(2, 1), POINTS, task="regression"))
    assert run.figures == ()
    with pytest.raises(nnlab.NnlabError, match="Nothing was recorded"):
        run.figure()
