"""The two questions that the chapter ends with, and the code that answers them."""

import torch
from torch import nn
from torch.nn import functional as F

from nnlab.learn.question import ChapterQuestion
from nnlab.lessons.lesson import ChoiceQuestion
from nnlab.texts import N_


def steps_on_a_bowl() -> float:
    """Gradient descent on a bowl of sharpness 4, at a rate a little above 2/4."""
    weight = torch.tensor(1.0, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.51)
    for _step in range(100):
        optimizer.zero_grad()
        (2 * weight**2).backward()  # its second derivative is 4
        optimizer.step()
    distance = abs(weight.item())
    return 1 if distance < 0.5 else 2 if distance < 2 else 3


def loss_in_the_middle() -> float:
    """Two copies of a network that differ in the order of their hidden units, and their mean."""
    torch.manual_seed(0)
    x = torch.linspace(-1, 1, 50)[:, None]
    first, last = nn.Linear(1, 8), nn.Linear(8, 1)
    y = last(torch.tanh(first(x))).detach()  # what it says is right: its loss is 0
    weight = (first.weight + first.weight.flip(0)) / 2
    bias = (first.bias + first.bias.flip(0)) / 2
    out = (last.weight + last.weight.flip(1)) / 2
    middle = F.linear(torch.tanh(F.linear(x, weight, bias)), out, last.bias)
    return 1 if F.mse_loss(middle, y) < 1e-6 else 2


QUESTIONS = (
    ChapterQuestion(
        ChoiceQuestion(
            kind="choice",
            text=N_(
                "Gradient descent on a bowl of sharpness 4 begins at a distance of 1 from its foot."
                " The rate is 0.51, a little above 2/4. Where is it after 100 steps?"
            ),
            choices=(
                N_("near the foot"),
                N_("about as far away as it began"),
                N_("far away: it grows from step to step"),
            ),
        ),
        steps_on_a_bowl,
        N_(
            "Each step multiplies the distance by 1 − rate · sharpness = −1.04. Its size is above"
            " 1, so that the steps swing wider and wider: 1.04 to the power of 100 is 50. On a bowl"
            " the limit is exactly 2/rate; a network often hovers there, because its ground is"
            " flatter elsewhere."
        ),
    ),
    ChapterQuestion(
        ChoiceQuestion(
            kind="choice",
            text=N_(
                "Two networks compute the very same function with a loss of 0: one has the hidden"
                " units of the other in reverse order. What loss has the network halfway between"
                " their weights?"
            ),
            choices=(N_("0 as well: both ends have it"), N_("more than 0")),
        ),
        loss_in_the_middle,
        N_(
            "Halfway, each hidden unit is the mean of two that do different things, and does"
            " neither. Two valleys can be equally deep with a ridge between them, which is why the"
            " mean of two trained networks is seldom a good one."
        ),
    ),
)
