"""Whether the networks of a sweep fit in memory together."""

import pytest

from nnlab.config.stacks import stacks_of
from nnlab.errors import InvalidExperimentError
from nnlab.training.machine.memory import sweep_must_fit_in_memory
from tests.runs.sweeps.bench import sweep_of

WEIGHTS = 22  # 2-4-2 with biases: 8 + 4 + 8 + 2
OUTPUTS = 4 + 4 + 2  # of two linear layers and the activation between them, each example
DATA = 200 * 2  # points of the plane


def needed(nets: int, *, copies: int, batch: int, sets: int = 1) -> int:
    """Bytes, reckoned by hand."""
    return 4 * (WEIGHTS * copies * nets + OUTPUTS * batch * nets + DATA * sets)


SEEDS = [("model.seed", "0..4")]
SGD = {"optimizer": {"kind": "sgd", "lr": 1}}


@pytest.mark.parametrize(
    ("axes", "more", "expected"),
    [
        (SEEDS, {}, needed(5, copies=4, batch=10)),
        (SEEDS, SGD, needed(5, copies=2, batch=10)),
        (SEEDS, {"batch_size": 100}, needed(5, copies=4, batch=100)),
        # Each seed draws other points.
        ([("data.seed", "0..2")], {}, needed(3, copies=4, batch=10, sets=3)),
        # Two stacks train in turn: the larger batch counts.
        ([("training.batch_size", "10,50")], {}, 4 * (WEIGHTS * 4 * 2 + OUTPUTS * 50 + DATA)),
    ],
)
def test_a_sweep_fits_in_exactly_what_it_needs(axes, more, expected):
    given = sweep_of(*axes, **more)
    sweep_must_fit_in_memory(given, expected)
    with pytest.raises(InvalidExperimentError, match="take fewer or smaller networks"):
        sweep_must_fit_in_memory(given, expected - 1)


def test_of_a_sweep_in_parts_each_part_needs_what_it_trains():
    given = sweep_of(("training.batch_size", "10,50"), ("data.seed", "0,1"))
    small, _large = stacks_of(given.nets)
    expected = 4 * (WEIGHTS * 4 * 2 + OUTPUTS * 10 * 2 + 2 * DATA)
    sweep_must_fit_in_memory(given, expected, [small])
    with pytest.raises(InvalidExperimentError, match="The 2 networks of this sweep"):
        sweep_must_fit_in_memory(given, expected - 1, [small])
