"""What the tests of the library share: small runs that are made once."""

import pytest

import nnlab

QUICK = {"training.epochs": 4, "data.points": 160, "training.evaluate_every": 1}
STEEP = {
    "data": {"kind": "plane"},
    "model": {"layers": [{"kind": "linear", "out_features": 1}]},
    "training": {"loss": "mse", "optimizer": {"kind": "sgd", "lr": 100}, "steps": 3000},
}
"""It diverges."""


@pytest.fixture
def circle(runs_dir, data_dir) -> nnlab.Run:
    """A run of 4 epochs, 8 steps each."""
    return nnlab.train("circle", QUICK, progress=False)
