"""Loss and accuracy of sequences, against sums written out and against a plain loop."""

import math
from pathlib import Path

import pytest
import torch

from nnlab.config import Sequences
from nnlab.data.registry import load
from nnlab.data.splits import Part
from nnlab.recipes import get
from nnlab.training.events import FitEnded
from nnlab.training.fit import fit
from nnlab.training.metrics import count_correct, cross_entropy, evaluate

NOWHERE = Path("/nonexistent")


def test_the_loss_is_the_mean_of_minus_the_log_probability_of_each_token():
    outputs = torch.tensor([[[0.0, 1.0], [2.0, 0.0], [0.5, 0.5]]])
    # -log of the softmax at the classes 1, 1, 0.
    by_hand = (math.log1p(math.exp(-1)) + math.log1p(math.exp(2)) + math.log(2)) / 3
    assert cross_entropy(outputs, torch.tensor([[1, 1, 0]])).item() == pytest.approx(by_hand)


def test_a_sequence_is_right_only_where_every_token_is():
    right = torch.tensor([[2, 0, 1], [1, 1, 1]])
    outputs = torch.nn.functional.one_hot(right, 3).float()
    assert count_correct(outputs, right) == 2
    outputs[1, 2] = torch.tensor([1.0, 0.0, 0.0])
    assert count_correct(outputs, right) == 1
    totals = evaluate(torch.nn.Identity(), Part(outputs, right), cross_entropy)
    assert (totals.count, totals.correct, totals.accuracy) == (2, 1, 0.5)


def test_a_run_ends_with_the_figures_that_its_network_has_over_all_sequences():
    short = get("attention-reverse").experiment.with_set("training.steps", 100)
    splits = load(short.data, NOWHERE)
    training = fit(short, splits)
    *_, ended = training
    assert isinstance(ended, FitEnded)
    with torch.no_grad():
        outputs = training.model.eval()(splits.val.x)
    right = [
        row == wanted
        for row, wanted in zip(outputs.argmax(2).tolist(), splits.val.y.tolist(), strict=True)
    ]
    assert ended.val_accuracy == pytest.approx(sum(right) / len(right))
    loss = torch.nn.functional.cross_entropy(outputs.flatten(0, 1), splits.val.y.flatten())
    assert ended.val_loss == pytest.approx(loss.item(), rel=1e-5)


@pytest.mark.parametrize(
    ("recipe", "steps"), [("attention-copy", 126), ("attention-brackets", 180)]
)
def test_a_recipe_names_nearly_all_held_out_sequences_right(recipe, steps):
    short = get(recipe).experiment.with_set("training.steps", steps)
    *_, ended = fit(short, load(short.data, NOWHERE))
    assert isinstance(ended, FitEnded)
    assert ended.val_accuracy is not None
    assert ended.val_accuracy >= 0.99


def test_all_sequences_may_train_and_none_validate():
    given = get("attention-copy").experiment.with_set("training.steps", 2)
    given = given.with_set("data", Sequences(examples=100, train_share=1).model_dump())
    *_, ended = fit(given, load(given.data, NOWHERE))
    assert isinstance(ended, FitEnded)
    assert ended.val_loss is None
    assert ended.train_loss is not None
