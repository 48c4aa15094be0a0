"""The two questions of the chapter."""

import torch
from torch import nn

from nnlab.learn.question import ChapterQuestion
from nnlab.lessons.lesson import ChoiceQuestion, NumberQuestion
from nnlab.texts import N_


def _entries_of_a_state_dict() -> float:
    network = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))
    return len(network.state_dict())


def _state_that_was_kept() -> float:
    network = nn.Linear(2, 1)
    before = network.state_dict()
    weights = network.weight.detach().clone()
    network(torch.ones(1, 2)).sum().backward()
    torch.optim.SGD(network.parameters(), lr=0.1).step()
    return 1 if torch.equal(before["weight"], weights) else 2


QUESTIONS = (
    ChapterQuestion(
        NumberQuestion(
            kind="number",
            text=N_(
                "How many tensors has the state_dict of nn.Sequential(nn.Linear(2, 8),"
                " nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))?"
            ),
            unit=N_("tensors"),
            low=0,
            high=40,
            tolerance=0,
        ),
        _entries_of_a_state_dict,
        N_(
            "Nine: weight and bias of each linear layer, none of the ReLU, and five of the batch"
            " norm. Beside what it learns that one keeps its running mean and variance and how many"
            " batches it saw: buffers, which no optimizer moves, and without which `eval()` would"
            " give other numbers."
        ),
    ),
    ChapterQuestion(
        ChoiceQuestion(
            kind="choice",
            text=N_(
                "before = network.state_dict(); then the optimizer takes one step. What does"
                " before hold now?"
            ),
            choices=(N_("the weights before the step"), N_("the weights after the step")),
        ),
        _state_that_was_kept,
        N_(
            "The weights after it: a `state_dict` refers to the very tensors of the network, and"
            " the step changes these in place. Who wants to come back to an earlier state copies"
            " it: `copy.deepcopy(network.state_dict())`, or a file."
        ),
    ),
)
