"""What a page says of a recipe: its source and code, the reported line, the table at the end."""

from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import Images
from nnlab.recipes import get
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Store
from nnlab.training.events import EpochEnded, FitEnded, to_line
from nnlab.ui.images import curves as images_curves
from nnlab.ui.lab.recipe_panel import reported
from nnlab.ui.session.images_state import ImagesState
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.playground_state import PlaygroundState
from tests.runs.bench import started
from tests.ui.conftest import html

APP = Path(__file__).parents[3] / "app.py"

pytestmark = pytest.mark.usefixtures("quiet_server")


def opened(given: LabState) -> AppTest:
    """The laboratory page of an experiment, as the home page opens it."""
    lab = "images" if isinstance(given.draft.data, Images) else "playground"
    kind = ImagesState if lab == "images" else PlaygroundState
    test = AppTest.from_file(str(APP), default_timeout=60)
    test.session_state[f"lab_{lab}"] = kind(given.draft, given.run_id, recipe=given.recipe)
    test = test.run().switch_page(f"pages/{lab}.py").run()
    assert not test.exception
    return test


def words(test: AppTest) -> str:
    return "\n".join(element.value for element in (*test.markdown, *test.caption))


@pytest.mark.parametrize("name", ["curve-fit", "two-clouds", "save-and-restore", "first-network"])
def test_a_recipe_opens_with_its_source_its_network_its_code_and_its_table(name: str) -> None:
    recipe = get(name)
    test = opened(LabState(recipe.experiment, recipe=name))
    said = words(test)
    assert recipe.source in said
    assert recipe.date in said
    assert "parameters" in said
    code = next(code.value for code in test.code if "nn.Sequential" in code.value)
    made: dict[str, Any] = {}
    exec(code, made)
    weights = sum(parameter.numel() for parameter in made["network"].parameters())
    assert f"{weights:,} parameters" in said
    table = html(test)
    for line in recipe.compared:
        assert line.what in table
        assert line.in_words(line.reported) in table
    assert "reproduced</th>" in table


def test_what_has_no_reported_figures_opens_as_ever() -> None:
    test = opened(LabState(get("spiral").experiment, recipe="spiral"))
    assert "nnlab-recipe'" not in html(test)
    assert not [code for code in test.code if "nn.Sequential" in code.value]


def test_a_changed_recipe_says_what_was_changed_and_leads_back() -> None:
    recipe = get("two-clouds")
    changed = recipe.experiment.with_set("training.steps", 250)
    test = opened(LabState(changed, recipe="two-clouds"))
    assert "training.steps 100 → 250" in words(test)
    assert "reproduced</th>" in html(test)
    test.button("playground_back_to_recipe").click().run()
    assert not test.exception
    assert test.session_state["lab_playground"].draft == recipe.experiment
    assert "Changed:" not in words(test)


def test_another_network_is_no_longer_that_recipe() -> None:
    circle = get("circle").experiment
    test = opened(LabState(circle, recipe="two-clouds"))
    assert "nnlab-recipe'" not in html(test)


def test_a_finished_run_puts_its_own_figures_into_the_table(store: Store) -> None:
    recipe = get("two-clouds")
    run = store.create(recipe.experiment, name="clouds", recipe=recipe.id)
    where: dict[str, Any] = {"step": 100, "epoch": 100, "seconds": 0.5}
    events = [
        started(parameters=52, train_size=200, val_size=0, steps_per_epoch=1, total_steps=100),
        EpochEnded(**where, train_loss=0.25, train_accuracy=0.9, lr=0.02),
        FitEnded(**where, reason="completed", train_loss=0.2, train_accuracy=0.915),
    ]
    (run.path / EVENTS_FILE).write_text("".join(to_line(event) + "\n" for event in events))
    table = html(opened(LabState(recipe.experiment, run.id, recipe=recipe.id)))
    assert "this run</th>" in table
    assert "reproduced</th>" not in table
    assert ">91.5 %<" in table
    assert ">100 %<" not in table


def test_the_reported_line_stands_in_the_very_chart_of_the_page(
    datasets_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNLAB_DATA_DIR", str(datasets_dir))
    drawn: dict[str, go.Figure] = {}

    def keep(figure: go.Figure, *, key: str, **_rest: object) -> None:
        drawn[key] = figure

    monkeypatch.setattr(images_curves, "show_chart", keep)
    opened(LabState(get("first-network").experiment, recipe="first-network"))
    assert [trace["name"] for trace in drawn["loss_chart"].to_plotly_json()["data"]] == [
        "train",
        "validation",
        "reported",
    ]
    assert len(drawn["accuracy_chart"].to_plotly_json()["data"]) == 2


def test_the_reported_line_is_in_epochs_or_in_the_steps_that_they_end_at() -> None:
    state = LabState(get("first-network").experiment)
    by_epoch, by_step = (reported(state, "loss", steps_per_epoch=n) for n in (1, 782))
    assert by_epoch is not None
    assert by_step is not None
    np.testing.assert_array_equal(by_epoch[0], np.arange(1, 26))
    np.testing.assert_array_equal(by_step[0], 782 * np.arange(1, 26))
    np.testing.assert_array_equal(by_epoch[1], by_step[1])
    assert by_epoch[1][-1] == 0.3873
    assert reported(state, "accuracy") is None
