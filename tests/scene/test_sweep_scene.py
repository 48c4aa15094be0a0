"""What the browser is given of a sweep."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnlab.config import Data, Experiment
from nnlab.config.axis import parse_axis
from nnlab.config.sweep import Sweep
from nnlab.data.registry import load
from nnlab.data.splits import Splits
from nnlab.recipes import get
from nnlab.runs.sweeps.ranked import Of
from nnlab.scene import sweep as scenes
from nnlab.scene.sweep_figures import CURVE_NUMBERS
from nnlab.scene.sweep_shown import SweepScene
from tests.browser.experiments import spiral


class Told:
    """Figures as a history of two metrics has them, of so many nets and moments."""

    step = 500

    def __init__(self, nets: int, moments: int = 300) -> None:
        self.nets, self.moments = nets, moments
        self.names: Sequence[str] = ("train_loss", "val_loss")
        self.steps: Sequence[int] = [self.step] * nets
        self.reasons: Sequence[str] = ["completed"] * nets

    def figures(self, metric: str, of: Of) -> NDArray[np.float64]:
        del metric
        return np.arange(self.nets, dtype=np.float64) - (of == "best")

    def curve(self, metric: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        del metric
        return np.arange(self.moments, dtype=float), np.ones((self.moments, self.nets))


def sweep(*axes: str, base: Experiment | None = None) -> Sweep:
    return Sweep(experiment=base or spiral(), axes=tuple(parse_axis(axis) for axis in axes))


def scene(of: Sweep, **more: Any) -> SweepScene:
    return scenes.scene_of(
        of, [axis.path for axis in of.axes], load=loaded, cut=lambda _data: None, dark=False, **more
    )


def loaded(data: Data) -> Splits:
    return load(data, Path("absent"))


def test_a_draft_has_its_axes_its_places_and_nothing_to_follow() -> None:
    found = scene(sweep("training.optimizer.lr=log:0.001..1:4", "model.seed=0..2"))
    rates, seeds = found.axes
    assert (rates.values, rates.scale, rates.is_seed) == (
        ("0.001", "0.01", "0.1", "1"),
        "log",
        False,
    )
    assert (seeds.numbers, seeds.is_seed) == ((0.0, 1.0, 2.0), True)
    assert found.places == tuple((rate, seed) for rate in range(4) for seed in range(3))
    assert (found.run, found.follows, found.weights) == (None, False, None)
    assert found.metrics[0] == "val_loss"


def test_without_validation_the_training_loss_ranks() -> None:
    found = scene(sweep("model.seed=0..2", base=get("curve-fit").experiment))
    assert found.metrics == ("train_loss",)


def test_written_rates_are_logarithmic_and_words_stand_side_by_side() -> None:
    found = scene(sweep("training.optimizer.lr=0.001,0.01,0.1", "activation=relu,tanh"))
    assert found.axes[0].scale == "log"
    assert found.axes[1].numbers is None


def test_what_varies_in_shape_makes_stacks_that_hold_every_net_once() -> None:
    found = scene(sweep("width=2,4", "model.seed=0..2"))
    assert [stack.nets for stack in found.stacks] == [(0, 1, 2), (3, 4, 5)]
    assert found.stacks[1].layers[0]["out_features"] == 4


def test_nets_of_other_data_have_their_own_points() -> None:
    found = scene(sweep("data.noise=0,0.5", "model.seed=0..1"))
    assert found.points_of == (0, 0, 1, 1)
    assert not np.array_equal(found.points[0].x, found.points[1].x)


def test_points_of_very_many_data_sets_come_with_the_pick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "MOST_POINTS", 1000)  # three sets of 400
    many = sweep("data.seed=0..39")
    assert len(scene(sweep("data.seed=0..1")).points) == 2
    assert scene(many).points == ()
    found = scene(many, picked=(7, 9))
    assert len(found.points) == 2
    assert found.points_of[7] == 0
    assert found.points_of[9] == 1
    assert found.points_of[8] == -1


def test_the_points_of_the_best_come_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is shown large until another one is picked; net 0 has the lowest loss."""
    monkeypatch.setattr(scenes, "MOST_POINTS", 1000)
    found = scene(sweep("data.seed=0..39"), history=Told(40))
    assert len(found.points) == 1
    assert found.points_of == (0, *[-1] * 39)


def test_a_pick_of_another_sweep_is_none() -> None:
    assert scene(sweep("model.seed=0..3"), picked=(2, 4)).picked == (2,)


@pytest.mark.parametrize("nets", [4, 1000])
def test_curves_at_rest_are_thinned_to_what_a_page_carries(nets: int) -> None:
    axes = ["model.seed=0..3"] if nets == 4 else ["model.seed=0..99", "width=1..10"]
    found = scene(sweep(*axes), history=Told(nets))
    steps, values = found.curves["val_loss"]
    assert steps[-1] == 299
    assert values.shape == (len(steps), nets)
    assert values.size <= CURVE_NUMBERS
    assert found.metrics == ("val_loss", "train_loss")
    assert found.figures["val_loss"]["best"][0] == -1


def test_a_search_shows_the_values_that_its_trials_took() -> None:
    base = Experiment.model_validate(
        {
            "data": {"kind": "digits"},
            "model": {"layers": [{"kind": "flatten"}, {"kind": "linear", "out_features": 10}]},
            "training": {"optimizer": {"kind": "sgd", "lr": 0.1}, "epochs": 1},
        }
    )
    search = Sweep.model_validate(
        {
            "experiment": base,
            "axes": [{"path": "training.optimizer.lr", "values": "log:0.001..1:4"}],
            "search": {"trials": 5},
        }
    )
    found = scene(search, trials=[(0.5,), (0.002,)])
    assert found.axes[0].values == ("0.002", "0.5")
    assert found.places == ((1,), (0,))
    assert found.stacks == ()
    assert scene(search).places == ()
