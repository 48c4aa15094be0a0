"""The home page: where one was last, its ways in, its recipes, and what plays on it."""

import base64
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from nnlab.config import Images, Sequences
from nnlab.data.registry import load
from nnlab.insight.plane.boundary import plane_grid
from nnlab.models import build
from nnlab.recipes import RECIPES, get
from nnlab.recipes.sweeps import SWEEPS
from nnlab.ui.home import thumbnails
from nnlab.ui.home.living import RECORDING_FILE, recording
from nnlab.ui.home.page import NEWEST, WAYS
from nnlab.ui.home.recipes import GROUPS
from tests.ui.conftest import MakeRun, html

APP = Path(__file__).parents[3] / "app.py"

pytestmark = pytest.mark.usefixtures("quiet_server")


def page() -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not test.exception
    return test


def primary(test: AppTest) -> list[str | None]:
    return [button.key for button in test.button if button.proto.type == "primary"]


def test_who_has_no_runs_is_offered_the_first_lesson_and_it_opens() -> None:
    test = page()
    assert primary(test) == ["home_first_lesson"]
    assert not any("last runs" in element.value for element in test.markdown)
    test.button(key="home_first_lesson").click().run()
    assert not test.exception
    assert test.session_state["LessonState"].place == ("first-network", 1)


def test_who_has_runs_finds_the_last_ones_first_and_they_open_at_one_click(
    make_run: MakeRun,
) -> None:
    runs = [make_run(f"run {number}", "xor") for number in range(NEWEST + 1)]
    test = page()
    assert primary(test) == ["home_open_playground"]
    assert "home_first_lesson" not in [button.key for button in test.button]
    keys = [button.key or "" for button in test.button if button.key]
    shown = [key for key in keys if key.startswith("home_open_run_")]
    assert shown == [f"home_open_run_{run.id}" for run in reversed(runs[1:])]
    assert keys.index(shown[0]) < keys.index("home_open_playground")
    test.button(key=shown[0]).click().run()
    assert test.session_state["lab_playground"].run_id == runs[-1].id


@pytest.mark.parametrize("way", ["playground", "images", "sweep", "draw"])
def test_every_way_in_opens(way: str) -> None:
    assert [one.page for one in WAYS] == ["playground", "images", "sweep", "draw"]
    test = page()
    test.button(key=f"home_open_{way}").click().run()
    assert not test.exception
    assert "home_first_lesson" not in [button.key for button in test.button]


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


def test_every_recipe_has_a_picture_of_its_own_and_says_how_long_it_takes() -> None:
    text = html(page())
    places = re.findall(
        r"\.st-key-recipe_([\w-]+)::before,[^{]*\{background-position:([^}]+)\}", text
    )
    own = {name: place for name, place in places if name not in thumbnails.LIKE}
    assert len(own) == len(set(own.values()))
    asked = {name for name, recipe in SWEEPS.items() if recipe.sweep.search is None}
    assert {*RECIPES, *asked} <= set(dict(places))
    assert all(
        re.fullmatch(r"about\s[\d,]+\s(s|min|h)", thumbnails.time_of(name)) for name in RECIPES
    )
    sheet = re.search(r"url\(data:image/webp;base64,([^)]+)\)", text)
    assert sheet is not None
    with Image.open(BytesIO(base64.b64decode(sheet[1]))) as image:
        tiles = np.asarray(image.convert("L"), np.float32)
    across = 6
    rows = tiles.shape[0] // 90
    for number in range(len(own)):
        row, column = divmod(number, across)
        tile = tiles[90 * row : 90 * row + 90, 160 * column : 160 * column + 160]
        assert tile.shape == (90, 160)
        assert tile.std() > 2, f"picture {number} of {across}x{rows} shows nothing"


def test_the_pictures_and_the_recording_are_small() -> None:
    assert RECORDING_FILE.stat().st_size <= 150_000
    assert sum(path.stat().st_size for path in thumbnails.FOLDER.glob("thumbnails*")) <= 400_000


def test_what_plays_is_the_recipe_as_it_learns() -> None:
    """Its last weights part the points of the recipe's own data, its first do not."""
    made, experiment = recording(), get("spiral").experiment
    assert made["steps"][0] == 0
    assert made["steps"] == sorted(set(made["steps"]))
    numbers = np.frombuffer(base64.b64decode(made["weights"]), "<f4").reshape(
        len(made["steps"]), -1
    )
    splits = load(experiment.data, Path("data"))
    points = np.array([row[:2] for row in made["points"]])
    assert points == pytest.approx(np.concatenate([splits.train.x, splits.val.x]), abs=0.006)
    shares = [right(weights, made["names"], splits) for weights in numbers[[0, -1]]]
    assert shares[0] < 0.75
    assert shares[1] > 0.97


def right(weights: np.ndarray, names: list, splits) -> float:
    import torch

    network, at, state = build(get("spiral").experiment.model, (2,)).eval(), 0, {}
    for name, shape in names:
        size = int(np.prod(shape))
        state[name] = torch.from_numpy(weights[at : at + size].copy()).reshape(shape)
        at += size
    network.load_state_dict(state)
    assert plane_grid(network, (-6.0, 6.0), 8).shape == (2, 8, 8)
    with torch.inference_mode():
        return float((network(splits.train.x).argmax(1) == splits.train.y).float().mean())
