"""The home page: its ways in, its recipes, the newest runs."""

import re
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from nnlab.config import Images, Sequences
from nnlab.recipes import RECIPES
from nnlab.ui.home.page import GROUPS, NEWEST, PICTURES, WAYS, Way
from tests.ui.conftest import MakeRun, html

APP = Path(__file__).parents[3] / "app.py"

pytestmark = pytest.mark.usefixtures("quiet_server")


def page() -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not test.exception
    return test


def test_there_is_one_primary_button_and_it_opens_the_playground() -> None:
    test = page()
    primary = [button.key for button in test.button if button.proto.type == "primary"]
    assert primary == ["home_open_playground"]
    test.button(key="home_open_playground").click().run()
    assert test.button(key="train")


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.page)
def test_every_way_has_a_picture_that_says_what_it_shows(way: Way) -> None:
    text = html(page())
    alts = re.findall(r"alt='([^']+)' src='data:image/webp", text)
    assert len(alts) == len(WAYS)
    assert way.shows in alts


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_playground_picture_moves_and_has_a_still_one(name: str) -> None:
    with Image.open(PICTURES / f"playground-{name}.webp") as moving:
        assert getattr(moving, "n_frames", 1) > 20
    with Image.open(PICTURES / f"playground-{name}-still.webp") as still:
        assert getattr(still, "n_frames", 1) == 1


@pytest.mark.parametrize("recipe_id", list(RECIPES))
def test_a_recipe_opens_in_its_laboratory_at_one_click(recipe_id: str) -> None:
    test = page()
    test.button(key=f"home_open_recipe_{recipe_id}").click().run()
    assert not test.exception
    experiment = RECIPES[recipe_id].experiment
    pages = {Images: "images", Sequences: "attention"}
    state = test.session_state[f"lab_{pages.get(type(experiment.data), 'playground')}"]
    assert state.draft == experiment
    assert state.run_id is None
    assert state.recipe == recipe_id


def test_every_recipe_stands_in_its_group() -> None:
    test = page()
    assert {recipe.group for recipe in RECIPES.values()} == set(GROUPS)
    said = [element.value for element in test.markdown]
    for title, _ in GROUPS.values():
        assert f"##### {title}" in said
    assert len([b for b in test.button if (b.key or "").startswith("home_open_recipe_")]) == len(
        RECIPES
    )


def test_the_newest_runs_are_there_and_open_at_one_click(make_run: MakeRun) -> None:
    runs = [make_run(f"run {number}", "xor") for number in range(NEWEST + 1)]
    test = page()
    keys = [key for button in test.button if (key := button.key or "").startswith("home_open_run_")]
    assert keys == [f"home_open_run_{run.id}" for run in reversed(runs[1:])]
    test.button(key=keys[0]).click().run()
    assert test.session_state["lab_playground"].run_id == runs[-1].id


def test_without_runs_nothing_is_said_of_them() -> None:
    assert not any("Newest" in element.value for element in page().markdown)
