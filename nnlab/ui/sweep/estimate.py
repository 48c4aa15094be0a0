"""About how long a sweep takes on this machine, measured by its own first steps."""

import time

from nnlab.config import Sweep
from nnlab.config.stacks import stacks_of
from nnlab.config.sweep import Sample
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.training.check import Plan, plan
from nnlab.training.ensemble.sweep_fit import fit_sweep
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.datasets import splits_of

MOST_NETS = 64
"""Of more, so many are measured, and the time grows with their number."""
MOST_FLOPS = 2e9
"""Of a step of all that are measured: where one takes longer, nothing is measured."""
MOST_STACKS = 24
SECONDS = 0.2
WARM = 3
"""First steps that are not measured."""


@kept
def estimated_seconds(sweep: Sweep) -> float | None:
    """Seconds of training, on a processor that does nothing else.

    None where a step is too large to be tried on the way, or the sweep cannot be trained.
    """
    try:
        measured = _some_of(sweep)
        plans = _plans(measured)
        if len(plans) > MOST_STACKS or sum(n * p.step_flops for n, p in plans) > MOST_FLOPS:
            return None
        step = _seconds_a_step(measured)
        whole = sweep.count / measured.count
    except NnlabError:
        return None
    if step is None:
        return None
    # One step of the sweep is one of every stack; those with fewer to make end earlier.
    return whole * step * sum(p.total_steps for _n, p in plans) / len(plans)


def _some_of(sweep: Sweep) -> Sweep:
    if sweep.count <= MOST_NETS:
        return sweep
    return sweep.model_copy(update={"sample": Sample(count=MOST_NETS)})


def _plans(sweep: Sweep) -> list[tuple[int, Plan]]:
    """Of each stack how many networks it has, and their plan."""
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


def _seconds_a_step(sweep: Sweep) -> float | None:
    """The mean over as many steps as a fifth of a second holds."""
    fit = fit_sweep(sweep, splits_of)
    begun: tuple[int, float] | None = None
    until = time.perf_counter() + 2 * SECONDS
    for _event in fit:
        now = time.perf_counter()
        if fit.step >= WARM and begun is None:
            begun, until = (fit.step, now), now + SECONDS
        if now > until:
            break
    if begun is None or fit.step <= begun[0]:
        return None
    return (time.perf_counter() - begun[1]) / (fit.step - begun[0])
