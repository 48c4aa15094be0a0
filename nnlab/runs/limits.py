"""Limits of one run: what it may take, and how large it may be, by who starts it.

A student of a class has the limits of `NNLAB_CLASS_*`; everybody else those of the machine.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from nnlab.config import Experiment
from nnlab.config.axis_values import Value
from nnlab.config.data import Data, Images, Sequences
from nnlab.config.own_data import Points
from nnlab.config.stacks import stacks_of
from nnlab.config.sweep import Sweep
from nnlab.data.description import describe
from nnlab.data.published import COUNTS
from nnlab.errors import InvalidExperimentError
from nnlab.settings import Settings, cores
from nnlab.texts import _
from nnlab.visitor import Visitor


@dataclass(frozen=True)
class Limits:
    """The machine's resources that one run may use."""

    seconds: float
    """Seconds of training without a break; infinite where there is no limit."""
    memory: int | None
    """Bytes of its worker; None: half of the machine's."""
    threads: int | None
    """Most threads of a step; None: all cores."""


def limits_for(visitor: Visitor, settings: Settings) -> Limits:
    """Return the limits of a run that this visitor starts."""
    if visitor.role == "student":
        return Limits(60 * settings.class_minutes, settings.class_memory, student_threads(settings))
    # The lecturer's lesson is not to end by itself.
    seconds = 60 * (settings.run_minutes or math.inf)
    return Limits(
        seconds if visitor.role == "lecturer" else settings.run_seconds,
        settings.worker_memory,
        None,
    )


def student_threads(settings: Settings) -> int:
    """Each thread is weighed by itself: with two a run would have the processor of two runs."""
    return max(1, cores() // settings.max_runs)


def must_fit(experiment: Experiment, sweep: Sweep | None, settings: Settings) -> None:
    """Refuse a student's run that is larger than theirs may be.

    Of a sweep all networks count together; of a search each, with the values that make it largest.

    Raises:
        InvalidExperimentError: names the limit, what was received, and the mend.
    """
    parameters = 0
    for one, count in _networks(experiment, sweep):
        _must_have_few_threads(one, student_threads(settings))
        _must_have_few_examples(one.data, settings.class_examples)
        parameters += count * parameters_of(one)
    most = settings.class_parameters
    if parameters > most:
        raise InvalidExperimentError(
            _(
                "The network has {received:,} weights and biases, and a student's may have {most:,}"
                " (NNLAB_CLASS_PARAMETERS): take fewer or narrower layers.",
                received=parameters,
                most=most,
            )
            if sweep is None or sweep.search is not None
            else _(
                "The networks of this sweep have {received:,} weights and biases, and a student's"
                " may have {most:,} (NNLAB_CLASS_PARAMETERS): take fewer or smaller networks.",
                received=parameters,
                most=most,
            )
        )


def parameters_of(experiment: Experiment) -> int:
    """Weights and biases of its network, as far as its layers fit each other."""
    # Its package brings PyTorch, which a server has loaded by the time that somebody trains.
    from nnlab.models.shapes import trace_as_far

    rows, _error = trace_as_far(experiment.model.layers, describe(experiment.data).input_shape)
    return sum(row.parameters for row in rows)


def examples_of(data: Data) -> int:
    """Examples that train, at most: those of all that are not held out by number."""
    if isinstance(data, Points):
        return len(data.rows)
    if isinstance(data, Sequences):
        return data.examples
    if not isinstance(data, Images):
        return data.points
    if data.train_size is not None:
        return data.train_size
    if data.drawings is not None:
        return int(data.drawings.partition("-")[0])
    given = data.pictures.train if data.pictures is not None else COUNTS[data.kind][0]
    return max(0, given - data.held_out)


def _networks(experiment: Experiment, sweep: Sweep | None) -> Iterator[tuple[Experiment, int]]:
    """Experiments that stand for all of a run, and how many networks each stands for."""
    if sweep is None:
        yield experiment, 1
    elif sweep.search is not None:
        yield _largest(sweep), 1
    else:
        for stack in stacks_of(sweep.nets):
            yield stack.experiment, len(stack.nets)


def _largest(sweep: Sweep) -> Experiment:
    """Return the largest network of a search: its largest value on each axis."""
    chosen: list[Value] = [values[0] for values in sweep.points]
    for place, values in enumerate(sweep.points):
        sizes = {}
        for value in values:
            chosen[place] = value
            sizes[value] = parameters_of(sweep.experiment_of(tuple(chosen)))
        chosen[place] = max(values, key=lambda value: sizes[value])
    return sweep.experiment_of(tuple(chosen))


def _must_have_few_threads(experiment: Experiment, most: int) -> None:
    received = experiment.training.threads
    if received is not None and received > most:
        raise InvalidExperimentError(
            _(
                "training.threads is {received}, and a student's run may have {most}: leave it"
                " out.",
                received=received,
                most=most,
            )
        )


def _must_have_few_examples(data: Data, most: int) -> None:
    received = examples_of(data)
    if received > most:
        raise InvalidExperimentError(
            _(
                "The run would train on {received:,} examples, and a student's may on {most:,}"
                " (NNLAB_CLASS_EXAMPLES): set data.train_size to {most:,} or less.",
                received=received,
                most=most,
            )
        )
