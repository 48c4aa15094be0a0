"""The two questions of the chapter."""

import torch
from torch import nn

from nnlab.learn.question import ChapterQuestion
from nnlab.lessons.lesson import ChoiceQuestion
from nnlab.texts import N_


def noise_of_four_times_the_batch() -> float:
    """The choice that names the ratio of the noise at batch 64 to that at batch 16."""
    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(2, 10_000, generator=generator)
    w = torch.zeros(10_000, requires_grad=True)  # the same weight, once for each example
    (gradients,) = torch.autograd.grad((w * x - y).square().sum(), w)
    noise = {}
    for size in (16, 64):
        batches = torch.randint(10_000, (5_000, size), generator=generator)
        noise[size] = gradients[batches].mean(1).std().item()
    ratio = noise[64] / noise[16]
    return 1 if ratio > 0.8 else 2 if ratio > 0.35 else 3 if ratio > 0.1 else 4


def what_dropout_gives() -> float:
    """The choice that names what comes of ones in training mode."""
    layer = nn.Dropout(0.5)
    layer.train()
    values = layer(torch.ones(1_000)).unique().tolist()
    return [[0.0, 1.0], [0.0, 2.0], [0.5], [1.0]].index(values) + 1


QUESTIONS = (
    ChapterQuestion(
        ChoiceQuestion(
            kind="choice",
            text=N_(
                "A batch of 64 in place of 16: four times the work for each step. What becomes of"
                " the noise of its gradient?"
            ),
            choices=(
                N_("It stays about the same"),
                N_("It falls to about a half"),
                N_("It falls to about a quarter"),
                N_("It falls to about a sixteenth"),
            ),
        ),
        noise_of_four_times_the_batch,
        N_(
            "To a half: the noise of a mean falls with √B, not with B. Four times the work halves"
            " it, a hundred times the work leaves a tenth. So small batches, and more steps for the"
            " same work, so often win."
        ),
    ),
    ChapterQuestion(
        ChoiceQuestion(
            kind="choice",
            text=N_("nn.Dropout(0.5) in training mode gets a thousand ones. What comes out?"),
            choices=(
                N_("Zeros and ones"),
                N_("Zeros and twos"),
                N_("Halves"),
                N_("Ones: it acts in eval() only"),
            ),
        ),
        what_dropout_gives,
        N_(
            "Zeros and twos. What is left is divided by 1 − p, so that the mean stays what it was:"
            " then `eval()` has nothing to do but to pass everything on."
        ),
    ),
)
