"""The two questions of the chapter."""

import torch
from torch.nn import functional as F

from nnlab.learn.question import ChapterQuestion
from nnlab.lessons.lesson import ChoiceQuestion, NumberQuestion
from nnlab.texts import N_


def times_larger() -> float:
    """The choice that names how many times larger cross-entropy's gradient is."""
    logits = torch.tensor([[-8.0, 8.0]], requires_grad=True)
    cross_entropy = F.cross_entropy(logits, torch.tensor([0]))
    (by_cross_entropy,) = torch.autograd.grad(cross_entropy, logits)
    squared = (F.softmax(logits, 1) - torch.tensor([[1.0, 0.0]])).square().sum()
    (by_squared_error,) = torch.autograd.grad(squared, logits)
    times = (by_cross_entropy[0, 0] / by_squared_error[0, 0]).item()
    return 1 if times < 5 else 2 if times < 100 else 3 if times < 100_000 else 4


def where_the_loss_is_lowest() -> float:
    """The probability of the right class at which the smoothed loss is lowest."""
    logits = torch.zeros(1, 3, requires_grad=True)
    optimizer = torch.optim.SGD([logits], lr=3.0)
    for _step in range(300):
        loss = F.cross_entropy(logits, torch.tensor([0]), label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return F.softmax(logits, 1)[0, 0].item()


QUESTIONS = (
    ChapterQuestion(
        ChoiceQuestion(
            kind="choice",
            text=N_(
                "A network is sure and wrong: logits −8 for the right class, 8 for the other one."
                " How much larger is the gradient of cross-entropy than that of the squared error?"
            ),
            choices=(
                N_("About the same"),
                N_("About 10 times"),
                N_("About 1,000 times"),
                N_("More than 100,000 times"),
            ),
        ),
        times_larger,
        N_(
            "About two million times. The squared error's gradient has the slope of the softmax in"
            " it, p (1 − p), which is almost 0 where the network is sure, also where it is wrong:"
            " it would stay wrong. In cross-entropy the logarithm cancels that factor, and what is"
            " left is p − y, here nearly −1."
        ),
    ),
    ChapterQuestion(
        NumberQuestion(
            kind="number",
            text=N_(
                "Three classes and label smoothing 0.1. Gradient descent moves the logits until the"
                " loss falls no more. What is the probability of the right class then?"
            ),
            low=0,
            high=1,
            tolerance=0.005,
        ),
        where_the_loss_is_lowest,
        N_(
            "The gradient is p − y, so it ends where p = y. PyTorch spreads the 0.1 over **all**"
            " classes, the right one too: y = 0.9 + 0.1 / 3 = 0.933, not 0.9. Without smoothing"
            " there is no such place: y = 1 needs an infinite logit."
        ),
    ),
)
