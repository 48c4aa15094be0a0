"""`nnlab.runs` and `nnlab.open`."""

import pytest

import nnlab
from nnlab.cli.main import main
from tests.library.conftest import QUICK


def test_all_runs_are_listed_the_newest_first(circle, runs_dir):
    swept = nnlab.sweep("circle", {"model.seed": [0, 1]}, QUICK, progress=False)
    found = nnlab.runs()
    assert list(found) == [swept, circle]
    assert (len(found), found[0], list(found[1:])) == (2, swept, [circle])
    assert isinstance(found[0], nnlab.Sweep)
    table = found.table
    assert table.index.tolist() == [swept.id, circle.id]
    assert table.loc[circle.id, "val_loss"] == circle.result["val_loss"]
    assert table.loc[circle.id, "name"] == "circle"
    assert table["created"].dt.tz is not None
    assert circle.id in repr(found)
    assert circle.id in found._repr_html_()
    assert list(nnlab.runs(runs_dir)) == list(found)


def test_no_runs_are_an_empty_table():
    assert nnlab.runs().table[["name", "status", "val_loss"]].empty
    assert nnlab.runs().table.index.name == "run"
    assert "Empty" in repr(nnlab.runs())


def test_a_damaged_run_is_named_and_hides_no_other(circle, runs_dir):
    bad = nnlab.train("circle", QUICK, progress=False)
    (bad.path / "experiment.json").write_text("{")
    found = nnlab.runs()
    assert list(found) == [circle]
    assert list(found.damaged) == [bad.id]


def test_what_the_command_line_trained_is_opened_from_python(circle, runs_dir, capsys):
    assert main(["train", "circle", "--set", "training.steps=100", "--name", "typed"]) == 0
    typed = nnlab.runs()[0]
    assert isinstance(typed, nnlab.Run)
    assert (typed.name, typed.history.index[-1]) == ("typed", 100)
    assert nnlab.open(typed.id) == typed
    assert nnlab.open(typed.id[:-1]) == typed
    assert nnlab.open(typed.path) == typed
    assert nnlab.open(str(typed.path), runs=runs_dir / "elsewhere") == typed
    assert nnlab.open(typed) == typed
    assert typed != circle
    assert len({typed, nnlab.open(typed.id), circle}) == 2


@pytest.mark.parametrize("named", ["absent", "", None, 3, ["a"], b"absent", "a\0b", "a" * 5000])
def test_a_run_that_there_is_not_is_told(circle, named):
    with pytest.raises(nnlab.NnlabError, match=r"There is no run|is named by its id"):
        nnlab.open(named)


def test_a_run_of_another_directory_is_told(circle, tmp_path):
    with pytest.raises(nnlab.NnlabError, match="There is no run"):
        nnlab.open(circle.id, runs=tmp_path / "other")
    with pytest.raises(nnlab.NnlabError, match="is a path"):
        nnlab.runs(3)  # ty: ignore[invalid-argument-type]
    with pytest.raises(nnlab.NnlabError, match="a path that this system takes"):
        nnlab.runs("a" * 5000)
