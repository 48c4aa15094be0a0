"""The two questions of the chapter."""

import torch
from torch import nn
from torch.nn import functional as F

from nnlab.learn.question import ChapterQuestion
from nnlab.lessons.lesson import ChoiceQuestion, NumberQuestion
from nnlab.texts import N_


def times_wider_with_each_layer() -> float:
    """Return the growth factor of the spread in a layer of 200 ReLU units with N(0, 1) weights."""
    generator = torch.Generator().manual_seed(0)
    a = torch.randn(500, 200, generator=generator)
    spreads = []
    for _layer in range(11):
        z = a @ torch.randn(200, 200, generator=generator)
        spreads.append(z.std())
        a = F.relu(z)
    return (spreads[-1] / spreads[0]).item() ** 0.1


def what_zeros_learn() -> float:
    """The choice that names what a network of zeros has learnt after 100 steps."""
    layers = nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 2)
    network = nn.Sequential(*layers)
    for parameter in network.parameters():
        nn.init.zeros_(parameter)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    x = torch.randn(200, 8, generator=torch.Generator().manual_seed(0))
    y = (x[:, 0] > 0.5).long()
    for _step in range(100):
        optimizer.zero_grad()
        F.cross_entropy(network(x), y).backward()
        optimizer.step()
    learnt = [name for name, parameter in network.named_parameters() if parameter.any()]
    return 1 if len(learnt) == 6 else 2 if learnt == ["4.bias"] else 3 if not learnt else 4


QUESTIONS = (
    ChapterQuestion(
        NumberQuestion(
            kind="number",
            text=N_(
                "Layers of 200 ReLU units, weights from N(0, 1). How many times does the spread"
                " grow from one layer to the next?"
            ),
            low=0,
            high=250,
            tolerance=0.7,
        ),
        times_wider_with_each_layer,
        N_(
            "About 10 times. Each z is a sum of 200 terms, so its variance is 200 times E a²; ReLU"
            " leaves half of that: √(200 / 2) = 10. After 20 layers that is 10²⁰. Kaiming divides"
            " the weights by just this number."
        ),
    ),
    ChapterQuestion(
        ChoiceQuestion(
            kind="choice",
            text=N_(
                "A network of three layers with ReLU between them begins with every weight and bias"
                " at 0, and trains for 100 steps. Which numbers have moved?"
            ),
            choices=(
                N_("All of them"),
                N_("Only the biases of the last layer"),
                N_("None"),
                N_("Those of the first layer alone"),
            ),
        ),
        what_zeros_learn,
        N_(
            "Only the last biases. A weight's gradient is its input times what comes from behind:"
            " the last layer's inputs are 0, and before it the gradient has been multiplied by"
            " weights of 0. The network can learn how frequent the classes are, and nothing else."
        ),
    ),
)
