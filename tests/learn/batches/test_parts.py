"""Batches as they are dealt, the two modes, and memory."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.learn.batches.loader import dealt
from nnlab.learn.batches.memory import MOST_BYTES, batch_memory, examples_at_once
from nnlab.learn.batches.modes import modes
from nnlab.learn.batches.questions import QUESTIONS


def test_an_epoch_deals_every_example_once_and_shuffles_anew() -> None:
    first, second = dealt(23, 5, shuffle=True, drop_last=False)
    for epoch in (first, second):
        assert sorted(example for batch in epoch for example in batch) == list(range(23))
        assert [len(batch) for batch in epoch] == [5, 5, 5, 5, 3]
    assert first != second
    assert dealt(23, 5, shuffle=True, drop_last=False) == [first, second]


def test_without_shuffle_the_order_stays_and_drop_last_leaves_the_short_one_out() -> None:
    assert dealt(5, 2, shuffle=False, drop_last=True) == [[[0, 1], [2, 3]]] * 2
    assert dealt(3, 4, shuffle=False, drop_last=True) == [[], []]


@pytest.mark.parametrize(("examples", "size"), [(0, 5), (61, 5), (5, 0)])
def test_what_cannot_be_dealt_is_said(examples: int, size: int) -> None:
    with pytest.raises(NnlabError, match="from 1 to 60"):
        dealt(examples, size, shuffle=True, drop_last=False)


def test_batch_norm_is_its_formula_in_both_modes() -> None:
    seen = modes(0.5, 4)
    batches = seen.batches.double().numpy()
    mean, spread = batches.mean(1, keepdims=True), batches.std(1, keepdims=True)
    expected = (batches - mean) / np.sqrt(spread**2 + 1e-5)
    np.testing.assert_allclose(seen.norm_train, expected, atol=1e-5)
    running, variance = 0.0, 1.0
    for at, batch in enumerate(batches, start=1):
        running = 0.9 * running + 0.1 * batch.mean()
        variance = 0.9 * variance + 0.1 * batch.var(ddof=1)
        assert seen.running_mean[at].item() == pytest.approx(running, rel=1e-5)
        assert seen.running_var[at].item() == pytest.approx(variance, rel=1e-5)
    evaluated = (batches - running) / np.sqrt(variance + 1e-5)
    np.testing.assert_allclose(seen.norm_eval, evaluated, rtol=1e-5, atol=1e-5)
    assert len(seen.norm_train[:, 0].unique()) == 3
    assert len(seen.norm_eval[:, 0].unique()) == 1


@pytest.mark.parametrize("p", [0.0, 0.25, 0.9])
def test_dropout_drops_or_scales_up(p: float) -> None:
    state = torch.random.get_rng_state()
    seen = modes(p, 1)
    assert torch.equal(torch.random.get_rng_state(), state)
    kept = seen.dropout_train[seen.dropout_train != 0]
    torch.testing.assert_close(kept, torch.full_like(kept, 1 / (1 - p)))
    assert torch.equal(seen.dropout_eval, torch.ones(3, 8))


def test_what_is_kept_for_backward_is_counted_by_hand() -> None:
    network = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 8), nn.ReLU())
    part = Part(torch.randn(10, 3), torch.randn(10, 8))
    memory = batch_memory(network, part, F.mse_loss)
    # The outputs of both ReLUs: the first is what the second layer was given, too.
    assert memory.kept == 4 * 10 * (16 + 8)
    assert memory.kept_without_gradients == 0
    assert memory.passing == 4 * 10 * (16 + 16)
    twice = Part(part.x.repeat(2, 1), part.y.repeat(2, 1))
    assert batch_memory(network, twice, F.mse_loss).kept == 2 * memory.kept


def test_tanh_keeps_what_it_put_out_and_not_what_it_was_given() -> None:
    layers = nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 2)
    part = Part(torch.randn(10, 2), torch.randn(10, 2))
    # 8 and 8 of the tanh, and the outputs of the last layer for the loss; not 34.
    assert batch_memory(nn.Sequential(*layers), part, F.mse_loss).kept == 4 * 10 * (8 + 8 + 2)


def test_what_batch_norm_has_anyway_is_not_counted_as_kept() -> None:
    """In evaluation it keeps what it was given, besides its own running figures."""
    network = nn.Sequential(nn.Linear(3, 16), nn.BatchNorm1d(16))
    part = Part(torch.randn(10, 3), torch.randn(10, 16))
    memory = batch_memory(network, part, F.mse_loss)
    assert memory.kept == 4 * 10 * (16 + 16)  # its input, and for the loss its output
    assert memory.kept_without_gradients == 0


def test_the_deeper_the_network_the_more_is_kept_and_no_more_passes() -> None:
    part = Part(torch.randn(10, 8), torch.randn(10, 8))
    shallow, deep = (
        batch_memory(nn.Sequential(*(nn.Linear(8, 8), nn.Tanh()) * n), part, F.mse_loss)
        for n in (2, 20)
    )
    assert deep.kept > 5 * shallow.kept
    assert deep.passing == shallow.passing


def test_memory_is_measured_of_no_more_examples_than_fit() -> None:
    """Of these layers 256 examples would keep 308 MB of the server."""
    layers = (nn.Conv2d(1, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU())
    network = nn.Sequential(*layers, nn.Flatten())
    part = Part(torch.zeros(256, 1, 28, 28), torch.zeros(256, 64 * 28 * 28))
    count = examples_at_once(network, part)
    larger = Part(part.x[: 2 * count], part.y[: 2 * count])
    assert 1 <= count < 128
    assert 0 < batch_memory(network, larger, F.mse_loss).kept <= MOST_BYTES
    small = Part(torch.zeros(1000, 8), torch.zeros(1000, 8))
    assert examples_at_once(nn.Sequential(nn.Linear(8, 8)), small) == 128


def test_the_questions_have_the_answers_that_their_explanations_give() -> None:
    assert [asked.answer() for asked in QUESTIONS] == [2, 2]
