"""The trials of a search as rows of a table."""

from typing import Any

from nnlab.config.sweep import Sweep
from nnlab.recipes import RECIPES
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.sweeps.short import in_short
from nnlab.runs.sweeps.table import table
from nnlab.training.events import Progress, Trial
from tests.runs.search.bench import fit_ended
from tests.runs.sweeps.bench import begun


def trial(number: int, state: Any, rate: float, **more: Any) -> Trial:
    return Trial(
        step=number,
        epoch=0,
        seconds=1.0,
        number=number,
        run=f"run-{number}",
        values=(rate,),
        state=state,
        trial_step=10,
        trial_epoch=1,
        **more,
    )


def searched() -> Sweep:
    return Sweep.from_dict(
        {
            "experiment": RECIPES["digits-mlp"].experiment.model_dump(mode="json"),
            "axes": [{"path": "training.optimizer.lr", "values": "log:0.001..0.1:3"}],
            "search": {"trials": 3},
        }
    )


def test_a_row_says_which_run_a_trial_is_and_what_it_came_to():
    events = [
        begun(nets=3),
        trial(0, "running", 0.01, train_loss=0.9, val_loss=0.8),
        trial(0, "completed", 0.01, train_loss=0.5, val_loss=0.6, best_val_loss=0.55),
        trial(1, "pruned", 0.1, train_loss=2.0, val_loss=2.1),
    ]
    assert table(searched(), SearchHistory(events)) == {
        "net": [0, 1, 2],
        "run": ["run-0", "run-1", None],
        "training.optimizer.lr": [0.01, 0.1, None],
        "status": ["completed", "pruned", "waiting"],
        "step": [10, 10, 0],
        "epoch": [1, 1, None],
        "train_loss": [0.5, 2.0, None],
        "val_loss": [0.6, 2.1, None],
        "best_val_loss": [0.55, 2.1, None],
    }


def test_a_trial_that_was_under_way_says_what_ended_the_search():
    under_way = [begun(nets=3), trial(0, "running", 0.01), trial(1, "completed", 0.1)]
    assert table(searched(), SearchHistory(under_way))["status"][0] == "running"
    ended = SearchHistory([*under_way, fit_ended(1, "stopped")])
    assert table(searched(), ended)["status"] == ["stopped", "completed", "waiting"]


def test_a_list_shows_no_figures_of_a_search_under_way():
    events = [trial(1, "completed", 0.1, train_loss=2.0)]
    last = in_short(events[-1], events)
    assert isinstance(last, Progress)
    assert (last.step, last.train_loss) == (1, None)
