"""Four networks that train at once are the four that would train alone."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from torch.nn import functional as F

from nnlab.learn.initial_weights.questions import QUESTIONS
from nnlab.learn.initial_weights.schemes import SCHEMES
from nnlab.learn.initial_weights.train import (
    EVERY,
    RATE,
    STEPS,
    TRAINED_ON,
    Trained,
    batches,
    beginnings,
    train,
)


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train("tanh", 3)


def test_each_is_what_it_is_alone_by_pytorchs_own_layers(trained: Trained) -> None:
    pixels, classes = load_digits(return_X_y=True)
    x = torch.tensor(pixels, dtype=torch.float32)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    x, y = ((x - x.mean()) / x.std())[order], torch.tensor(classes)[order]
    steps = batches()[:20]
    for at, network in enumerate(beginnings("tanh", 3)):
        optimizer = torch.optim.SGD(network.parameters(), lr=RATE)
        found = []
        for step, batch in enumerate([*steps, steps[0]]):
            if step % EVERY == 0:
                held = F.cross_entropy(network(x[TRAINED_ON:]), y[TRAINED_ON:])
                found.append(held.item())
            optimizer.zero_grad()
            F.cross_entropy(network(x[batch]), y[batch]).backward()
            optimizer.step()
        np.testing.assert_allclose(trained.losses[at, :2], found, rtol=2e-3)


def test_zeros_never_leave_the_guess_and_kaiming_learns(trained: Trained) -> None:
    of = dict(zip(SCHEMES, trained.losses, strict=True))
    right = dict(zip(SCHEMES, trained.accuracies, strict=True))
    assert trained.steps == tuple(range(0, STEPS + 1, EVERY))
    np.testing.assert_allclose(of["zeros"], np.log(10), atol=0.01)
    assert right["zeros"] < 0.2
    assert right["kaiming"] > 0.85


def test_a_single_layer_learns_from_zeros_as_well() -> None:
    single = train("relu", 1)
    assert single.losses[list(SCHEMES).index("zeros"), -1] < 0.5
    np.testing.assert_allclose(
        train("relu", 2).losses[list(SCHEMES).index("zeros")], np.log(10), atol=0.01
    )


def test_what_explodes_is_nan_and_harms_no_other() -> None:
    trained = train("relu", 10)
    of = dict(zip(SCHEMES, trained.losses, strict=True))
    assert np.isnan(of["normal"][-1])
    assert np.isfinite(of["kaiming"]).all()
    assert of["kaiming"][-1] < of["xavier"][-1] < np.log(10)


def test_the_questions_have_the_answers_that_their_explanations_give() -> None:
    assert QUESTIONS[0].answer() == pytest.approx(10, abs=0.7)
    assert QUESTIONS[1].answer() == 2
