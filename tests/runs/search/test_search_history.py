import numpy as np

from nnlab.runs.search.history import SearchHistory
from nnlab.training.events import ControlApplied
from tests.runs.bench import started
from tests.runs.search.bench import fit_ended, trial


def begun(nets: int = 4) -> SearchHistory:
    return SearchHistory([started().model_copy(update={"nets": nets})])


def same(found: np.ndarray, expected: list[float] | list[list[float]]) -> bool:
    return np.array_equal(found, np.array(expected), equal_nan=True)


NAN = float("nan")


def test_trials_fold_into_columns_with_the_newest_and_the_best_figures():
    history = begun()
    history.extend(
        [
            trial(0),
            trial(1, values=(0.2,)),
            trial(0, epoch=1, val_loss=0.5, val_accuracy=0.8),
            trial(0, epoch=2, val_loss=0.7, val_accuracy=0.7),
            trial(0, "completed", epoch=2, val_loss=0.6, val_accuracy=0.75, step=1),
            trial(1, epoch=1, val_loss=0.4),
            trial(1, "diverged", epoch=1, val_loss=None, step=2, values=(0.2,)),
            trial(2, "pruned", epoch=1, val_loss=0.9, best_val_loss=0.8, step=3),
        ]
    )
    assert same(history.figures("val_loss"), [0.6, NAN, 0.9, NAN])
    assert same(history.figures("val_loss", "best"), [0.5, 0.4, 0.8, NAN])
    assert same(history.figures("val_accuracy", "best"), [0.8, NAN, NAN, NAN])
    assert (history.best(), history.best(of="best"), history.best("val_accuracy")) == (0, 1, 0)
    assert history.states == ["completed", "diverged", "pruned", ""]
    assert history.reasons == history.states
    assert history.values == [(0.1,), (0.2,), (0.1,), None]
    assert history.runs == ["run-0", "run-1", "run-2", None]
    assert history.steps.tolist() == [24, 12, 12, 0]
    assert history.step == 3
    assert history.names == ("val_loss", "val_accuracy")
    assert history.ranking == "val_loss"


def test_curves_share_steps_and_a_trial_that_went_back_is_told_once():
    history = begun(2)
    history.extend(
        [
            trial(0, epoch=1, val_loss=0.5),
            trial(0, epoch=2, val_loss=0.4),
            trial(0, epoch=2, val_loss=0.3),
            trial(1, epoch=2, val_loss=0.9),
        ]
    )
    steps, values = history.curve("val_loss")
    assert steps.tolist() == [12, 24]
    assert same(values, [[0.5, NAN], [0.3, 0.9]])
    assert [part.tolist() for part in history.trials[0].curve("val_loss")] == [
        [12, 24],
        [0.5, 0.3],
    ]
    empty = begun(2).curve("val_loss")
    assert (empty[0].shape, empty[1].shape) == ((0,), (0, 2))


def test_the_time_left_is_told_from_those_that_ended_and_bounded_by_the_budget():
    history = begun(10)
    assert history.left() is None
    history.extend([trial(0), trial(1)])
    assert history.left() is None
    history.extend([trial(0, "completed", seconds=30.0, trial_seconds=20.0)])
    # one and a half of ten in 30 seconds
    assert history.left() == 30 / 1.5 * 8.5
    assert history.left(minutes=1) == 30 + 20
    assert history.left(minutes=0.1) == 20
    history.extend([fit_ended(0)])
    assert history.left() == 0


def test_pauses_and_sessions_are_followed():
    history = begun()
    for do, error, paused in (
        ("pause", None, True),
        ("resume", "no", True),
        ("resume", None, False),
        ("step", "no", False),
    ):
        said = {"step": 0, "epoch": 0, "seconds": 2.0, "id": "1", "do": do, "error": error}
        history.extend([ControlApplied.model_validate(said)])
        assert history.paused is paused
    history.extend([fit_ended(0, "stopped"), started().model_copy(update={"nets": 4})])
    assert history.ended is None


def test_a_number_beyond_the_plan_and_no_event_at_all_make_no_trouble():
    history = begun(1)
    history.extend([trial(5), trial(-1)])
    assert history.trials == {}
    nothing = SearchHistory()
    assert (nothing.names, nothing.best(), nothing.figures("val_loss").shape) == ((), None, (0,))
