"""Functions that optimizers are tried on, with their published minima."""

from dataclasses import dataclass

import torch
from torch import Tensor

from nnlab.learn.optimizers.objective import Objective
from nnlab.texts import N_


@dataclass(frozen=True)
class Named:
    """A function that the chapter offers."""

    id: str
    name: str
    """Marked by `N_`."""
    formula: str
    """The formula in the form that a person types, to read and to change into their own."""
    latex: str
    objective: Objective
    rates: dict[str, float]
    """A learning rate for each racer (`nnlab.learn.optimizers.race.RACERS`) that goes well here."""


def _rates(sgd: float, momentum: float, adaptive: float) -> dict[str, float]:
    return {
        "sgd": sgd,
        **dict.fromkeys(("momentum", "nesterov"), momentum),
        **dict.fromkeys(("rmsprop", "adam", "adamw"), adaptive),
    }


def _log(points: Tensor) -> Tensor:
    (x,) = points.unbind(-1)
    return torch.log(x**4 + x**3 + 2)


def _bowl(points: Tensor) -> Tensor:
    x, y = points.unbind(-1)
    return x**2 + y**2


def _ravine(points: Tensor) -> Tensor:
    x, y = points.unbind(-1)
    return x**2 / 2 + 10 * y**2


def _rosenbrock(points: Tensor) -> Tensor:
    x, y = points.unbind(-1)
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _beale(points: Tensor) -> Tensor:
    x, y = points.unbind(-1)
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def _saddle(points: Tensor) -> Tensor:
    x, y = points.unbind(-1)
    return x**2 - y**2 + y**4 / 2


def _many(points: Tensor) -> Tensor:
    x, y = points.unbind(-1)
    return (x**2 + y**2) / 10 + torch.sin(2 * x) ** 2 + torch.sin(2 * y) ** 2


FUNCTIONS = (
    Named(
        "log",
        N_("log(x⁴ + x³ + 2), a curve"),
        "log(x**4 + x**3 + 2)",
        r"f(x) = \log(x^4 + x^3 + 2)",
        Objective(_log, (-2.0,), (2.0,), (1.5,), ((-0.75,),)),
        _rates(0.1, 0.02, 0.05),
    ),
    Named(
        "bowl",
        N_("Bowl"),
        "x**2 + y**2",
        "f(x, y) = x^2 + y^2",
        Objective(_bowl, (-3.0, -3.0), (3.0, 3.0), (-2.5, 1.5), ((0.0, 0.0),)),
        _rates(0.03, 0.01, 0.05),
    ),
    Named(
        "ravine",
        N_("Ravine, 20 times steeper across than along"),
        "x**2/2 + 10*y**2",
        r"f(x, y) = \tfrac{1}{2} x^2 + 10 y^2",
        Objective(_ravine, (-3.0, -3.0), (3.0, 3.0), (-2.6, 1.8), ((0.0, 0.0),)),
        _rates(0.09, 0.02, 0.05),
    ),
    Named(  # Rosenbrock, "An automatic method for finding the greatest or least value", 1960
        "rosenbrock",
        N_("Rosenbrock's valley"),
        "(1 - x)**2 + 100*(y - x**2)**2",
        "f(x, y) = (1 - x)^2 + 100 (y - x^2)^2",
        Objective(_rosenbrock, (-2.0, -1.0), (2.0, 3.0), (-1.2, 1.0), ((1.0, 1.0),)),
        _rates(0.002, 0.001, 0.1),
    ),
    Named(  # Beale, "On an iterative method for finding a local minimum", 1958
        "beale",
        N_("Beale's function"),
        "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
        r"\begin{aligned}f(x, y) = {} & (1.5 - x + xy)^2\\ & + (2.25 - x + xy^2)^2\\"
        r" & + (2.625 - x + xy^3)^2\end{aligned}",
        Objective(_beale, (-4.5, -4.5), (4.5, 4.5), (1.0, 1.5), ((3.0, 0.5),)),
        _rates(0.01, 0.003, 0.05),
    ),
    Named(
        "saddle",
        N_("Saddle, with a minimum on either side"),
        "x**2 - y**2 + y**4/2",
        r"f(x, y) = x^2 - y^2 + \tfrac{1}{2} y^4",
        Objective(_saddle, (-2.0, -2.0), (2.0, 2.0), (-1.6, 0.001), ((0.0, -1.0), (0.0, 1.0))),
        _rates(0.03, 0.01, 0.02),
    ),
    Named(
        "many",
        N_("Many minima"),
        "(x**2 + y**2)/10 + sin(2*x)**2 + sin(2*y)**2",
        r"f(x, y) = \tfrac{1}{10}(x^2 + y^2) + \sin^2 2x + \sin^2 2y",
        Objective(_many, (-5.0, -5.0), (5.0, 5.0), (-4.1, 3.6), ((0.0, 0.0),)),
        _rates(0.05, 0.02, 0.1),
    ),
)
