"""The events of a sweep as columns with a number for each network."""

import math

import numpy as np
import pytest

from nnlab.runs.sweeps.history import SweepHistory
from nnlab.training.events import ControlApplied
from tests.runs.sweeps.bench import begun, ended, figures, over, told

NAN = math.nan


def same(found: np.ndarray, expected: list) -> None:
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, np.array(expected, np.float64))


def test_before_its_first_session_a_sweep_has_no_networks_and_no_figures():
    history = SweepHistory()
    assert (history.nets, history.names, history.best(), history.reasons) == (0, (), None, [])
    assert history.figures("val_loss").shape == (0,)
    steps, values = history.curve("train_loss")
    assert (steps.shape, values.shape) == ((0,), (0, 0))


def test_a_curve_has_a_row_for_each_moment_and_a_column_for_each_network():
    history = SweepHistory([begun(), told(5, 0.9, 0.8, None), told(10, 0.5, 0.6, 0.7)])
    steps, values = history.curve("train_loss")
    same(steps, [5, 10])
    same(values, [[0.9, 0.8, NAN], [0.5, 0.6, 0.7]])
    assert history.names == ("train_loss",)
    assert history.ranking == "train_loss"
    assert (history.step, history.epoch, history.seconds) == (10, 1, 1.0)
    assert history.steps.tolist() == [10, 10, 10]


def test_the_last_figure_is_the_newest_that_was_told_and_the_end_has_the_last_word():
    history = SweepHistory([begun(), told(5, 0.9, 0.8, 0.7), told(10, 0.5, None, 0.95)])
    same(history.figures("train_loss"), [0.5, 0.8, 0.95])
    history.extend([figures(10, 0.51, 0.81), figures(10, 0.96, first=2), ended(10)])
    same(history.figures("train_loss"), [0.51, 0.81, 0.96])
    assert history.reasons == ["completed"] * 3
    assert history.epochs == [2, 2, 2]
    assert history.ended is not None


def test_the_best_figure_is_the_lowest_loss_and_the_highest_accuracy_on_the_way_or_at_the_end():
    history = SweepHistory(
        [
            begun(),
            told(5, 0.9, 0.2, 0.7, val_accuracy=(0.5, 0.9, None), val_loss=(0.9, 0.3, 0.8)),
            told(10, 0.5, 0.4, None, val_accuracy=(0.7, 0.6, None), val_loss=(0.6, 0.5, None)),
            figures(10, 0.1, 0.3, 0.8, best_val_loss=(0.55, 0.35, 0.75)),
        ]
    )
    same(history.figures("train_loss", "best"), [0.1, 0.2, 0.7])
    same(history.figures("val_accuracy", "best"), [0.7, 0.9, NAN])
    same(history.figures("val_loss", "best"), [0.55, 0.3, 0.75])
    assert history.ranking == "val_loss"
    assert history.best() == 1
    assert history.best("train_loss") == 0
    assert history.best("val_accuracy", "last") == 0


def test_a_network_that_diverged_has_no_newest_figure_but_the_best_it_once_had():
    history = SweepHistory([begun(), told(5, 0.9, 0.2, 0.7), over(1, 7, "diverged", math.inf)])
    same(history.figures("train_loss"), [0.9, NAN, 0.7])
    same(history.figures("train_loss", "best"), [0.9, 0.2, 0.7])
    assert history.reasons == ["", "diverged", ""]
    assert history.diverged_at(1) == math.inf
    assert history.diverged_at(0) is None
    assert history.steps.tolist() == [5, 7, 5]
    assert history.best() == 2
    assert history.step == 5  # of the sweep, not of the network that ended


def test_a_sweep_whose_networks_all_diverged_has_no_best_one():
    events = [begun(), *(over(net, 3, "diverged", NAN) for net in range(3))]
    assert SweepHistory(events).best() is None


def test_a_resumed_sweep_forgets_what_lies_beyond_its_checkpoint():
    history = SweepHistory(
        [
            begun(),
            told(5, 0.9, 0.8, 0.7),
            over(0, 5),
            told(10, None, 0.1, 0.1),
            over(2, 9),
            figures(10, 0.0, 0.0, 0.0),
            ended(10, "stopped"),
            begun(5),
        ]
    )
    assert history.ended is None
    assert history.reasons == ["completed", "", ""]
    assert history.steps.tolist() == [5, 5, 5]
    steps, _values = history.curve("train_loss")
    same(steps, [5])
    same(history.figures("train_loss"), [0.9, 0.8, 0.7])
    history.extend([told(8, None, 0.3, 0.2)])
    same(history.figures("train_loss"), [0.9, 0.3, 0.2])


def test_the_single_batch_of_a_pause_is_no_point_of_a_curve():
    history = SweepHistory(
        [
            begun(),
            told(5, 0.9, 0.8, 0.7, val_loss=(1.0, 1.0, 1.0)),
            told(6, 9.0, 9.0, 9.0, paused=True, val_loss=(0.5, 0.5, 0.5)),
        ]
    )
    assert history.paused
    same(history.curve("train_loss")[0], [5])
    same(history.curve("val_loss")[0], [5, 6])
    history.extend([ControlApplied(step=6, epoch=1, seconds=1, id="a", do="resume")])
    assert not history.paused


@pytest.mark.parametrize("cut", range(8))
def test_folding_in_pieces_is_folding_at_once(cut: int):
    events = [
        begun(),
        told(5, 0.9, 0.8, 0.7),
        over(0, 6),
        told(10, None, 0.1, 0.1),
        begun(5),
        told(9, 0.5, 0.4, 0.3),
        figures(9, 0.5, 0.4, 0.3),
        ended(9),
    ]
    whole, pieces = SweepHistory(events), SweepHistory(events[:cut])
    pieces.extend(events[cut:])
    same(pieces.figures("train_loss"), whole.figures("train_loss").tolist())
    same(pieces.curve("train_loss")[1], whole.curve("train_loss")[1].tolist())
    assert (pieces.reasons, pieces.step) == (whole.reasons, whole.step)


def test_lines_with_another_number_of_networks_are_passed_over():
    history = SweepHistory([begun(), told(5, 0.1, 0.2), figures(5, 1.0, 1.0, first=2), over(9, 1)])
    assert history.names == ()
    assert history.reasons == ["", "", ""]
