"""The six scripts run, and train the same network; a gradient by hand says the same losses."""

import re

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from nnlab.errors import NnlabError
from nnlab.learn.three_ways.steps import NAMES, largest_difference, run_all, script, step

pytestmark = pytest.mark.slow


def by_hand() -> list[float]:
    """Softmax regression in NumPy and float64: the gradient is (p - onehot)ᵀx/n."""
    x, y = load_digits(return_X_y=True)
    x = x / 16
    torch.manual_seed(0)
    bound = 1 / 8
    weights = torch.empty(10, 64).uniform_(-bound, bound).double().numpy()
    bias = torch.empty(10).uniform_(-bound, bound).double().numpy()

    def probabilities(batch: np.ndarray) -> np.ndarray:
        powers = np.exp(batch @ weights.T + bias)
        return powers / powers.sum(axis=1, keepdims=True)

    losses = []
    for _epoch in range(5):
        for start in range(0, 1437, 64):
            batch = x[:1437][start : start + 64]
            target = y[:1437][start : start + 64]
            error = probabilities(batch) - np.eye(10)[target]
            weights -= 0.5 * error.T @ batch / len(batch)
            bias -= 0.5 * error.mean(axis=0)
        valid = probabilities(x[1437:])
        losses.append(float(-np.log(valid[range(360), y[1437:]]).mean()))
    return losses


def test_all_six_scripts_print_the_losses_that_a_gradient_by_hand_gives() -> None:
    runs = run_all()
    assert len(runs) == len(NAMES) == 6
    expected = by_hand()
    for losses in runs:
        assert losses == pytest.approx(expected, abs=2e-6)
    assert largest_difference(runs[1], runs[2]) == 0, "a Module computes the same"


def test_scripts_that_take_too_long_are_given_up_with_a_mend() -> None:
    with pytest.raises(NnlabError, match=r"may take 0\.01 s.*again"):
        run_all(seconds=0.01)


def test_each_step_is_the_difference_of_two_whole_scripts() -> None:
    for number in range(1, 6):
        lines = step(number).splitlines()
        assert lines[:2] == [f"--- {NAMES[number - 1]}.py", f"+++ {NAMES[number]}.py"]
        before, after = (script(one).splitlines() for one in (number - 1, number))
        removed = [line[1:] for line in lines[2:] if line.startswith("-")]
        added = [line[1:] for line in lines[2:] if line.startswith("+")]
        assert removed
        assert added
        assert all(line in before for line in removed)
        assert all(line in after for line in added)
        assert len(before) - len(removed) + len(added) == len(after)


def test_the_functions_of_the_tutorial_come_one_after_another() -> None:
    defined = [set(re.findall(r"^def (\w+)", script(number), re.MULTILINE)) for number in range(6)]
    assert "get_model" in defined[3] - defined[2]
    assert "get_data" in defined[4] - defined[3]
    assert "fit" in defined[5] - defined[4]
