"""The lines that answer the chapter's questions do what torch.optim does."""

import inspect
import math
from types import FunctionType

import torch

from nnlab.learn.optimizers.functions import FUNCTIONS
from nnlab.learn.optimizers.own_formula import of_formula
from nnlab.learn.optimizers.race import optimizer_of, race
from nnlab.ui.learn.chapters.optimizers.questions import (
    QUESTIONS,
    adam_of_a_thousandfold,
    nesterov_limit,
)

LOG = next(function for function in FUNCTIONS if function.id == "log")


def test_nesterov_has_the_limit_that_is_answered() -> None:
    """Its largest stable rate on curvature 20 is 0.0679, below the 0.1 of plain SGD."""
    assert nesterov_limit() == 3
    ravine, _formula = of_formula("10*x**2", -3, 3)
    optimizers = [optimizer_of("nesterov", rate) for rate in (0.065, 0.071)]
    stays, leaves = race(ravine, (1.0,), optimizers, 400)
    assert math.isclose(2 * 1.9 / (2.8 * 20), 0.0679, abs_tol=1e-4)
    assert stays.diverged_at is None
    assert leaves.diverged_at is not None


def test_adam_ends_where_it_ended() -> None:
    assert adam_of_a_thousandfold() == 3
    thousandfold, _formula = of_formula("1000*log(x**4 + x**3 + 2)", -2, 2)
    once, larger = (
        race(objective, (1.5,), [optimizer_of("adam", 0.05)], 100)[0].points[-1, 0]
        for objective in (LOG.objective, thousandfold)
    )
    assert abs(once - larger) < 1e-4
    assert abs(once - 1.5) > 0.5


def test_a_question_shows_the_lines_that_ran() -> None:
    assert "SGD(momentum=0.9, nesterov=True)" in QUESTIONS[0].source
    for asked in QUESTIONS:
        assert isinstance(asked.answer, FunctionType)
        free = set(inspect.getclosurevars(asked.answer).globals)
        assert free <= {"torch"}
    assert torch.is_grad_enabled()
