"""The questions of the chapter, and the code that answers them.

They write the updates out, so that a person sees them; the tests compare them with torch.optim,
whose first use would load PyTorch's compiler into the server.
"""

import torch

from nnlab.learn.question import ChapterQuestion
from nnlab.lessons.lesson import ChoiceQuestion
from nnlab.texts import N_


def nesterov_limit() -> float:
    """Answer the first question: which of the choices is where SGD with Nesterov diverges."""

    def stays(rate: float) -> bool:
        y, v = torch.tensor(1.0), torch.tensor(0.0)
        for _step in range(100):
            y.requires_grad_()
            (gradient,) = torch.autograd.grad(10 * y**2, y)
            v = 0.9 * v + gradient
            y = (y - rate * (gradient + 0.9 * v)).detach()  # SGD(momentum=0.9, nesterov=True)
        return bool(y.abs() < 1)

    largest = max(rate / 1000 for rate in range(5, 300, 5) if stays(rate / 1000))
    return 1 if largest > 0.15 else 2 if largest > 0.09 else 3


def adam_of_a_thousandfold() -> float:
    """Answer the second question: which of the choices is where Adam stands."""

    def after_100_steps(scale: float) -> float:
        x, m, v = torch.tensor(1.5, dtype=torch.float64), 0.0, 0.0
        for step in range(1, 101):
            x.requires_grad_()
            (gradient,) = torch.autograd.grad(scale * torch.log(x**4 + x**3 + 2), x)
            m = 0.9 * m + 0.1 * gradient
            v = 0.999 * v + 0.001 * gradient**2
            mean, square = m / (1 - 0.9**step), v / (1 - 0.999**step)
            x = (x - 0.05 * mean / (square.sqrt() + 1e-8)).detach()
        return float(x)

    once, thousandfold = after_100_steps(1), after_100_steps(1000)
    if abs(thousandfold - once) < 1e-4:
        return 3
    return 2 if abs(thousandfold) < 1000 else 1


QUESTIONS = (
    ChapterQuestion(
        ChoiceQuestion(
            kind="choice",
            text=N_(
                "In the ravine, plain SGD diverges as soon as its rate passes 0.1. You switch to"
                " Nesterov's momentum of 0.9. From which rate on does it diverge now?"
            ),
            choices=(
                N_("about 0.19: momentum lets the rate be larger"),
                N_("0.1, as before"),
                N_("about 0.07: Nesterov needs a smaller one"),
            ),
        ),
        nesterov_limit,
        N_(
            "On a parabola of curvature λ = 20, SGD stays below 2/λ = 0.1. Plain momentum β raises"
            " this to 2(1 + β)/λ = 0.19, but Nesterov's look ahead adds the gradient once more:"
            " 2(1 + β)/((1 + 2β)λ) = 0.068."
        ),
    ),
    ChapterQuestion(
        ChoiceQuestion(
            kind="choice",
            text=N_(
                "Adam takes 100 steps at a rate of 0.05 on log(x⁴ + x³ + 2). Then f is multiplied"
                " by 1,000, and nothing else changes. Where does Adam end now?"
            ),
            choices=(
                N_("it diverges, as the gradients are 1,000 times as large"),
                N_("somewhere else, as it settles sooner"),
                N_("at the same place, to four digits"),
            ),
        ),
        adam_of_a_thousandfold,
        N_(
            "Adam divides the mean of the gradients by the root of the mean of their squares: a"
            " factor that is in both cancels. What is left is a step of about the rate, whatever"
            " the size of the gradient, and that is also why Adam hardly ever runs off. SGD's step"
            " is the rate times the gradient: 1,000 times as long."
        ),
    ),
)
