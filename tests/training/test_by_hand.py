"""Single steps against formulas worked out with NumPy in double precision."""

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, log_loss

from nnlab.data.splits import Part
from nnlab.models import build
from nnlab.training.fit import fit
from nnlab.training.metrics import LOSSES, evaluate
from tests.training.bench import LINEAR, FastClock, epochs, experiment, progress, run, splits

Floats = np.ndarray


def softmax(z: Floats) -> Floats:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def gradient(weight: Floats, bias: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Of the mean cross-entropy of softmax(xWᵀ + b): (p − 1_y)ᵀx/n and its column means."""
    error = softmax(x @ weight.T + bias) - np.eye(len(bias))[y]
    return error.T @ x / len(x), error.mean(axis=0)


def arrays(weights: dict[str, torch.Tensor]) -> dict[str, Floats]:
    return {name: value.double().numpy() for name, value in weights.items()}


def linear_run(steps: int, lr: float = 0.5, **training: Any) -> list[dict[str, Floats]]:
    """The weights before and after each step of whole batches through one linear layer."""
    optimizer = {"kind": "sgd", "lr": lr, **training.pop("optimizer", {})}
    given = experiment(LINEAR, optimizer=optimizer, batch_size="all", steps=steps, **training)
    fitting = fit(given, splits(), clock=FastClock())
    seen = [arrays(fitting.weights())]
    for event in fitting:
        if event.step == len(seen):
            seen.append(arrays(fitting.weights()))
    assert len(seen) == steps + 1
    return seen


def gradients_at(weights: dict[str, Floats]) -> tuple[Floats, Floats]:
    data = splits().train
    x, y = data.x.double().numpy(), data.y.numpy()
    return gradient(weights["0.weight"], weights["0.bias"], x, y)


def test_a_step_of_sgd_goes_down_the_gradient():
    before, after = linear_run(1)
    dw, db = gradients_at(before)
    assert after["0.weight"] == pytest.approx(before["0.weight"] - 0.5 * dw, abs=1e-6)
    assert after["0.bias"] == pytest.approx(before["0.bias"] - 0.5 * db, abs=1e-6)
    assert np.abs(dw).max() > 0.05


def test_momentum_follows_its_formula():
    w0, w1, w2 = linear_run(2, optimizer={"momentum": 0.9, "dampening": 0.25})
    g1, _ = gradients_at(w0)
    g2, _ = gradients_at(w1)
    velocity = 0.9 * g1 + (1 - 0.25) * g2
    assert w1["0.weight"] == pytest.approx(w0["0.weight"] - 0.5 * g1, abs=1e-6)
    assert w2["0.weight"] == pytest.approx(w1["0.weight"] - 0.5 * velocity, abs=1e-6)


def test_l1_pulls_weights_to_zero_and_leaves_biases_alone():
    before, after = linear_run(1, l1=0.1)
    dw, db = gradients_at(before)
    pulled = dw + 0.1 * np.sign(before["0.weight"])
    assert after["0.weight"] == pytest.approx(before["0.weight"] - 0.5 * pulled, abs=1e-6)
    assert after["0.bias"] == pytest.approx(before["0.bias"] - 0.5 * db, abs=1e-6)


def test_clipping_scales_the_gradient_to_its_norm_and_reports_the_norm_before():
    before, after = linear_run(1, clip_norm=0.01)
    dw, db = gradients_at(before)
    norm = np.sqrt((dw**2).sum() + (db**2).sum())
    assert norm > 0.01
    step = (before["0.weight"] - after["0.weight"]) / 0.5
    assert step == pytest.approx(dw * 0.01 / norm, abs=1e-6)
    given = experiment(LINEAR, clip_norm=0.01, batch_size="all", steps=1)
    _, events = run(given, splits(), clock=FastClock())
    assert progress(events)[0].grad_norm == pytest.approx(norm, rel=1e-5)


def test_a_norm_below_the_limit_is_left_alone():
    assert np.array_equal(
        linear_run(1, clip_norm=1000.0)[1]["0.weight"], linear_run(1)[1]["0.weight"]
    )


def test_the_gradient_of_a_hidden_layer_agrees_with_finite_differences():
    given = experiment(batch_size="all", steps=1, optimizer={"kind": "sgd", "lr": 1.0})
    data = splits()
    fitting = fit(given, data)
    before = arrays(fitting.weights())
    list(fitting)
    after = arrays(fitting.weights())
    x, y = data.train.x.double().numpy(), data.train.y.numpy()

    def loss(weights: dict[str, Floats]) -> float:
        hidden = np.tanh(x @ weights["0.weight"].T + weights["0.bias"])
        p = softmax(hidden @ weights["2.weight"].T + weights["2.bias"])
        return float(-np.log(p[np.arange(len(y)), y]).mean())

    h = 1e-5
    for name, value in before.items():
        for index in np.ndindex(value.shape):
            up, down = ({**before, name: value.copy()} for _ in range(2))
            up[name][index] += h
            down[name][index] -= h
            slope = (loss(up) - loss(down)) / (2 * h)
            assert before[name][index] - after[name][index] == pytest.approx(slope, abs=2e-6)


def test_evaluation_agrees_with_scikit_learn():
    data = splits(train=2345).train
    network = build(experiment().model, (2,))
    with torch.no_grad():
        logits = network(data.x).double().numpy()
    totals = evaluate(network, data, LOSSES["cross_entropy"])
    assert totals.count == 2345
    assert totals.accuracy == accuracy_score(data.y, logits.argmax(1))
    assert totals.mean_loss == pytest.approx(log_loss(data.y, softmax(logits)), rel=1e-6)


def test_evaluation_switches_dropout_off_and_the_mode_back():
    network = torch.nn.Sequential(torch.nn.Dropout(0.9), torch.nn.Linear(2, 3)).train()
    data = splits().train
    with torch.no_grad():
        expected = torch.nn.functional.cross_entropy(network[1](data.x), data.y).item()
    assert evaluate(network, data, LOSSES["cross_entropy"]).mean_loss == pytest.approx(expected)
    assert network.training
    assert network[0].training


def test_evaluating_nothing_gives_no_figures():
    nothing = Part(torch.zeros(0, 2), torch.zeros(0, dtype=torch.int64))
    totals = evaluate(build(experiment().model, (2,)), nothing, LOSSES["cross_entropy"])
    assert (totals.mean_loss, totals.accuracy) == (None, None)


def test_an_epoch_reports_the_mean_over_its_examples():
    """26 examples in batches of 7, 7, 7 and 5: the last counts for less."""
    data = splits()
    given = experiment(LINEAR, optimizer={"kind": "sgd", "lr": 1e-9}, epochs=1, evaluate_every=1)
    weights, events = run(given, data)
    x, y = data.train.x.double().numpy(), data.train.y.numpy()
    after = arrays(weights)
    p = softmax(x @ after["0.weight"].T + after["0.bias"])
    (ended,) = epochs(events)
    assert ended.train_loss == pytest.approx(log_loss(y, p), rel=1e-5)
    assert ended.train_accuracy == accuracy_score(y, p.argmax(1))


def test_the_end_reports_the_final_weights_over_all_data():
    data = splits()
    weights, events = run(experiment(LINEAR, optimizer={"kind": "sgd", "lr": 0.5}), data)
    after = arrays(weights)
    end = events[-1].model_dump()
    for name, part in (("train", data.train), ("val", data.val)):
        p = softmax(part.x.double().numpy() @ after["0.weight"].T + after["0.bias"])
        assert end[f"{name}_loss"] == pytest.approx(log_loss(part.y, p), rel=1e-5)
        assert end[f"{name}_accuracy"] == accuracy_score(part.y, p.argmax(1))


def test_progress_reports_means_over_the_steps_since_the_last_one():
    data = splits()
    given = experiment(evaluate_every=1)
    _, every = run(given, data, clock=FastClock())
    by_step = {event.step: event.train_loss or 0.0 for event in progress(every)}
    assert list(by_step) == list(range(1, 13))

    class Slow(FastClock):
        """Only every third look finds a tenth of a second gone."""

        def __call__(self) -> float:
            self.now += 0.034
            return self.now

    _, seldom = run(given, data, clock=Slow())
    sizes = [7, 7, 7, 5] * 3
    last = 0
    assert 1 < len(progress(seldom)) < 12
    for event in progress(seldom):
        steps = range(last + 1, event.step + 1)
        summed = sum(by_step[step] * sizes[step - 1] for step in steps)
        assert event.train_loss == pytest.approx(summed / sum(sizes[s - 1] for s in steps))
        last = event.step


def test_the_best_epoch_is_the_one_with_the_lowest_validation_loss():
    given = experiment(epochs=12, evaluate_every=1, optimizer={"kind": "sgd", "lr": 2.0})
    _, events = run(given, splits())
    losses = [event.val_loss or 0.0 for event in epochs(events)]
    best = int(np.argmin(losses))
    assert 0 < best < 11
    end = events[-1].model_dump()
    assert (end["best_epoch"], end["best_val_loss"]) == (best + 1, losses[best])
    marked = [event.epoch - 1 for event in epochs(events) if event.best]
    assert marked == [i for i in range(12) if losses[i] < min([np.inf, *losses[:i]])]
