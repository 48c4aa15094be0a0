import json
from pathlib import Path

import pytest

from nnlab.cli.search import run_search
from nnlab.config.axis import Axis
from nnlab.errors import NnlabError
from nnlab.library.here.search import check_search
from nnlab.runs.search.history import SearchHistory
from nnlab.settings import read_settings
from tests.runs.bench import events_of
from tests.runs.search.bench import LR, digits, new_search, search_sweep


def test_a_search_prints_its_best_trial_as_the_last_line(
    runs_dir: Path, capsys: pytest.CaptureFixture[str]
):
    run = new_search(runs_dir, search_sweep(Axis(path=LR, values=(0.0001, 0.01)), trials=2))
    assert run_search(run, read_settings()) == 0
    out, err = capsys.readouterr()
    said = json.loads(out.splitlines()[-1])
    history = SearchHistory(events_of(run))
    best = history.best()
    assert best is not None
    assert said == {
        "run": run.id,
        "status": "finished",
        "nets": 2,
        "seconds": history.seconds,
        "best": {
            "net": best,
            "run": history.runs[best],
            "values": {LR: 0.01},
            **{
                name: getattr(history.trials[best].newest, name)
                for name in ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
            },
        },
    }
    assert run.id in err


def test_seven_outputs_for_ten_digits_are_refused_before_a_run_is_made():
    check_search(search_sweep())
    wrong = digits().with_set("model.layers.3.out_features", 7)
    with pytest.raises(NnlabError, match="10"):
        check_search(search_sweep().model_copy(update={"experiment": wrong}))
