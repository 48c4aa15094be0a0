"""About how long a sweep takes on this machine when it does nothing else.

A step of a stack costs so much for each layer, whatever the number of its networks, and so much for
each operation of them. Both are measured once in a process: a figure of its own for each sweep
would jump with whatever else the machine does, and larger sweeps would seem to take less.
"""

import time
from functools import cache

from nnlab.config import Adam, Axis, Experiment, Model, PlaneClasses, Sweep, Training, mlp
from nnlab.config.stacks import stacks_of
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.training.check import Plan, plan
from nnlab.training.ensemble.sweep_fit import fit_sweep
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.datasets import splits_of

FEW, MANY = 2, 128
"""Networks of the two sweeps that are measured."""
WIDTH = 16
TAKES, STEPS = 3, 50
"""Number of measurements, and steps of each; an evaluation is included, as in training."""
BEGINS, AROUND = 3.0, 1.7
"""Seconds until a worker trains, and how many times longer than its steps it takes: it records what
comes out, and shows it. Measured with the recipes, on two cores."""
WARM = 3
"""First steps that are not measured."""


@kept
def estimated_seconds(sweep: Sweep) -> float | None:
    """Seconds of training; more for more networks and for more steps.

    None of a sweep that cannot be trained.
    """
    try:
        plans = _plans(sweep)
    except NnlabError:
        return None
    a_layer, an_operation = costs()
    steps = sum(
        p.total_steps * (a_layer * len(p.rows) + an_operation * nets * p.step_flops)
        for nets, p in plans
    )
    return BEGINS + AROUND * steps


def _plans(sweep: Sweep) -> list[tuple[int, Plan]]:
    """Return the number of networks of each stack, and their plan."""
    return [
        (
            len(stack.nets),
            plan(
                stack.experiment,
                describe(stack.experiment.data),
                sizes(stack.experiment.data)[0],
            ),
        )
        for stack in stacks_of(sweep.nets)
    ]


@cache
def costs() -> tuple[float, float]:
    """Seconds of a step for each layer of a stack, and for each operation of its networks."""
    few, many = _probe(FEW), _probe(MANY)
    ((_nets, planned),) = _plans(few)
    fast, slow = _seconds_a_step(few), _seconds_a_step(many)
    an_operation = max(0.0, slow - fast) / ((MANY - FEW) * planned.step_flops)
    rest = max(0.0, fast - an_operation * FEW * planned.step_flops)
    return rest / len(planned.rows), an_operation


def _probe(nets: int) -> Sweep:
    layers = mlp(WIDTH, WIDTH, outputs=2, activation="tanh")
    training = Training(optimizer=Adam(kind="adam", lr=0.01), batch_size=10, epochs=1000)
    base = Experiment(
        data=PlaneClasses(kind="spiral"), model=Model(layers=layers), training=training
    )
    return Sweep(experiment=base, axes=(Axis(path="model.seed", values=f"0..{nets - 1}"),))


def _seconds_a_step(sweep: Sweep) -> float:
    """Return the fastest measurement in thread time, which excludes the time of other threads."""
    fit = fit_sweep(sweep, splits_of)
    takes: list[float] = []
    begun: tuple[int, float] | None = None
    for _event in fit:
        now = time.thread_time()
        if begun is None:
            begun = (fit.step, now) if fit.step >= WARM else None
        elif fit.step >= begun[0] + STEPS:
            takes.append((now - begun[1]) / (fit.step - begun[0]))
            begun = fit.step, now
        if len(takes) == TAKES:
            break
    return min(takes)
