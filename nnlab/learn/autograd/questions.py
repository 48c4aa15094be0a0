"""The two questions that chapter 1 ends with."""

import torch

from nnlab.learn.question import ChapterQuestion
from nnlab.lessons.lesson import ChoiceQuestion, NumberQuestion
from nnlab.texts import N_


def _twice_without_zero_grad() -> float:
    w = torch.tensor(3.0, requires_grad=True)
    for _step in range(2):
        loss = w * w
        loss.backward()
    assert w.grad is not None
    return w.grad.item()


def _at_the_corner() -> float:
    x = torch.tensor(0.0, requires_grad=True)
    zero = torch.tensor(0.0)
    (relu,) = torch.autograd.grad(torch.relu(x), x)
    (maximum,) = torch.autograd.grad(torch.maximum(x, zero), x)
    answers = {(0.0, 0.0): 1, (0.0, 0.5): 2, (1.0, 1.0): 3, (0.5, 0.5): 4}
    return answers[relu.item(), maximum.item()]


QUESTIONS = (
    ChapterQuestion(
        NumberQuestion(
            kind="number",
            text=N_(
                "w is 3 and loss = w·w. Forward and backward() run twice, without zero_grad()"
                " between. What does w.grad hold then?"
            ),
            low=-100,
            high=100,
            tolerance=0.001,
        ),
        _twice_without_zero_grad,
        N_(
            "One pass gives 6: w·w is reached from w on two edges, each with the local derivative"
            " 3, and 3 + 3 meet at w. `backward()` **adds** to `.grad`, so the second pass makes it"
            " 12. That is why a training loop calls `optimizer.zero_grad()`."
        ),
    ),
    ChapterQuestion(
        ChoiceQuestion(
            kind="choice",
            text=N_(
                "relu(x) and max(x, 0) are the same function. At x = 0 it has a corner, and no"
                " derivative. What does PyTorch give there as their gradients?"
            ),
            choices=(
                N_("0 for both"),
                N_("0 for relu, 0.5 for max"),
                N_("1 for both"),
                N_("0.5 for both"),
            ),
        ),
        _at_the_corner,
        N_(
            "Autograd differentiates operations, not functions: each brings its own rule for its"
            " corner. `torch.relu` says 0 there; `torch.maximum` shares the gradient between"
            " equals, half to each. Type `relu(x)` and `max(x, 0)` above and set x to 0."
        ),
    ),
)
