"""`python -m nnlab recipes`, `runs` and `download`, and the lists in help texts."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nnlab.cli.main import main
from nnlab.config import Experiment
from nnlab.data.published import SETS
from nnlab.drawing.files import FORMATS as PICTURES
from nnlab.export import FORMATS
from nnlab.recipes import RECIPES

REPOSITORY = Path(__file__).resolve().parents[2]


def test_recipes_are_listed_by_id_and_title(ask):
    answer = ask("recipes")
    assert answer.status == 0
    for recipe in RECIPES.values():
        assert any(
            line.startswith(recipe.id) and line.endswith(recipe.title)
            for line in answer.out.splitlines()
        )


def test_recipes_as_json_hold_whole_experiments(ask):
    listed = json.loads(ask("recipes", "--json").out)
    assert [recipe["id"] for recipe in listed] == list(RECIPES)
    for recipe in listed:
        assert Experiment.from_dict(recipe["experiment"]) == RECIPES[recipe["id"]].experiment


def test_listing_recipes_imports_no_torch():
    code = (
        "import sys; from nnlab.cli.main import main; main(['recipes']);"
        " print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"


def test_no_runs_yet_says_how_to_make_one(ask):
    assert "python -m nnlab train circle" in ask("runs").out
    assert json.loads(ask("runs", "--json").out) == []


def test_runs_are_listed_with_their_final_figures_the_newest_first(ask):
    first = ask("train", "circle", "--set", "training.steps=30", "--name", "ring").last
    second = ask("train", "nosuch.json")
    assert second.status == 2
    table = ask("runs").out.splitlines()
    assert table[0].split() == [
        "run",
        "name",
        "status",
        "step",
        "epoch",
        *["val", "loss", "val", "accuracy"],
    ]
    assert table[1].split()[:5] == [first["run"], "ring", "finished", "30", "2"]
    assert f"{first['val_loss']:.4g}" in table[1]
    (listed,) = json.loads(ask("runs", "--json").out)
    for field, value in first.items():
        assert listed[field] == value
    assert (listed["name"], listed["data"], listed["recipe"]) == ("ring", "circle", "circle")


def test_a_damaged_run_is_named_and_does_not_hide_the_others(ask, runs_dir):
    whole = ask("train", "circle", "--set", "training.steps=5").last["run"]
    broken = ask("train", "circle", "--set", "training.steps=5").last["run"]
    (runs_dir / broken / "experiment.json").write_text("{")
    answer = ask("runs", "--json")
    assert [run["run"] for run in json.loads(answer.out)] == [whole]
    assert broken in answer.err
    assert answer.status == 0


def test_download_passes_the_kind_on_and_says_where_it_went(ask, data_dir, monkeypatch):
    asked = []

    def fetch(kind, where, progress):
        asked.append((kind, where))
        progress(0.5, "half of it")
        progress(1.0, "all of it")

    monkeypatch.setattr("nnlab.cli.download.fetch", fetch)
    answer = ask("download", "mnist")
    assert asked == [("mnist", data_dir)]
    assert answer.out == f"mnist is in {data_dir.resolve()}\n"
    assert "all of it" in answer.err


def test_an_unknown_data_set_to_download_is_refused_with_a_guess(ask):
    answer = ask("download", "mnst")
    assert answer.status == 2
    assert "Did you mean 'mnist'?" in answer.err


@pytest.fixture
def help_of(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")  # no name is broken at its hyphen

    def read(command):
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        return capsys.readouterr().out

    return read


def test_the_help_of_download_lists_every_published_set(help_of):
    assert f"{', '.join(list(SETS)[:-1])} or {list(SETS)[-1]}\n" in help_of("download")


def test_the_help_of_predict_lists_every_form_of_picture_that_is_read(help_of):
    assert f"{', '.join(PICTURES[:-1])} or {PICTURES[-1]}\n" in help_of("predict")


def test_the_help_of_export_lists_a_format_as_soon_as_there_is_one(help_of, monkeypatch):
    monkeypatch.setitem(FORMATS, "punch-cards", FORMATS["csv"])
    assert f"{', '.join(list(FORMATS)[:-1])} or punch-cards\n" in help_of("export")


@pytest.mark.parametrize("words", [["--help"], ["download", "--help"], ["predict", "--help"]])
def test_nobody_waits_for_torch_to_read_a_help_text(words):
    code = (
        "import atexit, sys; atexit.register(lambda: print('torch' in sys.modules));"
        f" from nnlab.cli.main import main; main({words!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"


def test_a_setting_that_is_not_valid_is_named(ask, monkeypatch):
    monkeypatch.setenv("NNLAB_DEVICE", "gpu")
    answer = ask("runs")
    assert answer.status == 2
    assert "NNLAB_DEVICE='gpu' is not valid" in answer.err
