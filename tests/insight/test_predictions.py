"""What a network says to many pictures, beside scikit-learn and by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from nnlab.errors import NnlabError
from nnlab.insight.predictions import Predictions, confident_mistakes, counts, of_cell, predictions


def test_answers_and_confidence_are_those_of_the_softmax_over_all_chunks() -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
    x = torch.randn(1_203, 1, 2, 2, generator=torch.Generator().manual_seed(1))
    y = torch.arange(1_203) % 3
    found = predictions(network, x, y)
    with torch.no_grad():
        logits = network(x).double().numpy()
    powers = np.exp(logits)
    shares = powers / powers.sum(axis=1, keepdims=True)
    assert np.array_equal(found.answers, shares.argmax(axis=1))
    assert np.allclose(found.confidence, shares.max(axis=1), atol=1e-6)
    by_hand = [[0] * 3 for _class in range(3)]
    for truth, answer in zip(y.tolist(), shares.argmax(axis=1).tolist(), strict=True):
        by_hand[truth][answer] += 1
    assert counts(found, 3).tolist() == by_hand


def test_the_surest_mistakes_come_first_and_what_is_right_is_none() -> None:
    found = Predictions(
        truths=np.array([0, 1, 2, 1, 0]),
        answers=np.array([0, 2, 1, 2, 1]),
        confidence=np.array([0.99, 0.6, 0.9, 0.8, 0.7], np.float32),
    )
    assert confident_mistakes(found, 10).tolist() == [2, 3, 4, 1]
    assert confident_mistakes(found, 2).tolist() == [2, 3]
    assert of_cell(found, 1, 2).tolist() == [3, 1]
    assert of_cell(found, 2, 0).tolist() == []


def test_a_network_that_diverged_is_a_message_and_no_answer() -> None:
    broken = nn.Linear(4, 3)
    nn.init.constant_(broken.weight, float("nan"))
    network = nn.Sequential(nn.Flatten(), broken)
    with pytest.raises(NnlabError, match="training diverged"):
        predictions(network, torch.zeros(2, 1, 2, 2), torch.zeros(2, dtype=torch.int64))


def test_no_picture_gives_no_answer() -> None:
    empty = predictions(nn.Identity(), torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64))
    assert [len(part) for part in empty] == [0, 0, 0]
