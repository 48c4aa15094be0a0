"""The callback, against the real skorch."""

import pickle
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.base import clone
from skorch import NeuralNetClassifier
from skorch.callbacks import Callback
from skorch.dataset import ValidSplit
from torch import nn

from nnlab.integrations.skorch import Record
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.run import Run
from tests.library.record.bench import events, live, points


class Failing(Callback):
    """Raises in the second epoch."""

    def __init__(self, error: type[BaseException]) -> None:
        self.error = error

    def on_epoch_begin(
        self,
        net: NeuralNetClassifier,
        dataset_train: object = None,
        dataset_valid: object = None,
        **_others: Any,
    ) -> None:
        if len(net.history) == 2:
            raise self.error("odd")


def network(*callbacks: Callback) -> NeuralNetClassifier:
    torch.manual_seed(0)
    return NeuralNetClassifier(
        nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 2)),
        criterion=nn.CrossEntropyLoss,
        max_epochs=3,
        batch_size=16,
        lr=0.1,
        train_split=ValidSplit(4),
        callbacks=list(callbacks),
        verbose=0,
    )


def arrays() -> tuple[np.ndarray, np.ndarray]:
    x, y = points()
    return x.numpy(), y.numpy()


def recorded(callback: Record) -> tuple[Run, RecordedHistory]:
    assert callback.recording_ is not None
    assert callback.recording_.run is not None
    return callback.recording_.run, RecordedHistory(events(callback.recording_.run))


def test_a_fit_is_recorded_with_its_losses_figures_and_weights() -> None:
    callback = Record("sk", data=arrays(), classes=["out", "in"])
    net = network(callback).fit(*arrays())
    run, history = recorded(callback)
    assert (history.step, history.epoch) == (9, 3)  # 45 rows train, in three batches
    assert history.ended is not None
    assert history.ended.reason == "completed"
    assert run.recorded.classes == ("out", "in")
    final = live(run)
    assert all(torch.equal(final[name], value) for name, value in net.module_.state_dict().items())
    losses = [
        batch["train_loss"]
        for epoch in net.history
        for batch in epoch["batches"]
        if "train_loss" in batch
    ]
    steps, means = history.curve("train_loss")
    before = 0
    for step, mean in zip(steps.astype(int), means, strict=True):
        assert mean == pytest.approx(np.mean(losses[before:step]))
        before = step
    assert before == 9
    assert {"valid_loss", "valid_acc", "dur"} <= set(history.curves)
    assert history.latest("valid_loss") is not None


def test_a_fit_that_fails_ends_its_recording_there_and_then() -> None:
    callback = Record("sk")
    net = network(callback, Failing(ArithmeticError))
    with pytest.raises(ArithmeticError, match="odd"):
        net.fit(*arrays())
    run, history = recorded(callback)
    assert history.ended is not None
    assert (history.ended.reason, history.ended.error) == ("failed", "ArithmeticError: odd")
    assert not (run.path / "lock").exists()
    assert "fit_loop" not in vars(net)


def test_ctrl_c_which_skorch_takes_for_an_end_stops_the_recording() -> None:
    callback = Record("sk")
    network(callback, Failing(KeyboardInterrupt)).fit(*arrays())
    ended = recorded(callback)[1].ended
    assert ended is not None
    assert ended.reason == "stopped"


def test_a_network_can_be_cloned_pickled_and_fitted_on() -> None:
    callback = Record("sk")
    net = network(callback).fit(*arrays())
    first = recorded(callback)[0]
    net.partial_fit(*arrays())
    assert recorded(callback)[0] != first
    other = pickle.loads(pickle.dumps(net))
    assert np.array_equal(other.predict(arrays()[0]), net.predict(arrays()[0]))
    clone(net).fit(*arrays())
