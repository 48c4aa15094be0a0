"""Own pictures on the Images page, without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import Images
from nnlab.data.pictures.kept_set import path_of
from nnlab.recipes import RECIPES
from nnlab.ui.session.images_state import ImagesState
from tests.data.zips import picture, two_classes, zipped
from tests.ui.images.test_images import draft, messages, opened

pytestmark = pytest.mark.usefixtures("quiet_server")

NAME = "<img src=x onerror=alert(1)>"


def brought(files: dict[str, bytes]) -> AppTest:
    test = opened()
    test.pills("dataset").set_value("pictures").run()
    assert "Your own pictures" in "".join(element.value for element in test.markdown)
    assert draft(test) == RECIPES["digits-mlp"].experiment  # until there are some
    content = ("my.zip", zipped(files), "application/zip")
    test.file_uploader("images_pictures_file").set_value(content).run()
    assert not test.exception
    return test


def test_a_zip_is_seen_before_it_is_used_and_then_trains(data_dir: Path) -> None:
    test = brought(two_classes(20))
    assert draft(test) == RECIPES["digits-mlp"].experiment
    assert not (data_dir / "pictures").exists()
    test.segmented_control("images_pictures_colour").set_value(False).run()
    assert test.button("images_use_pictures").label == "Use these 40 pictures"
    test.button("images_use_pictures").click().run()
    assert not test.exception
    data = draft(test).data
    assert isinstance(data, Images)
    assert data.pictures is not None
    assert (data.pictures.classes, data.pictures.colour) == (("cat", "dog"), False)
    assert path_of(data.pictures, data_dir).is_file()
    assert not test.button("train").disabled
    assert draft(test).training.augment is not None


def test_files_that_are_no_pictures_are_named_before_they_are_left_out() -> None:
    test = brought(two_classes() | {f"cat/{NAME}.txt": b"no picture"})
    assert "1 file cannot be used" in messages(test)
    listed = "".join(element.value for element in test.markdown)
    assert r"cat/\<img src=x" in listed
    assert test.button("images_use_pictures").label == "Use the 8 pictures, without 1 file"


def test_what_is_no_set_is_answered_in_words() -> None:
    test = brought({"cat/1.png": picture()})
    assert "2 to 30 classes" in messages(test)
    assert not [one for one in test.button if one.key == "images_use_pictures"]


def test_a_link_to_pictures_that_are_not_here_says_so(data_dir: Path) -> None:
    test = brought(two_classes(10))
    test.button("images_use_pictures").click().run()
    experiment = draft(test)
    path_of(experiment.data.pictures, data_dir).unlink()
    other = AppTest.from_file(str(Path(__file__).parents[3] / "app.py"), default_timeout=60)
    other.session_state["lab_images"] = ImagesState(experiment)
    other = other.run().switch_page("pages/images.py").run()
    assert not other.exception
    assert "are not on this server" in messages(other)
    assert other.button("train").disabled
    path = path_of(experiment.data.pictures, data_dir)
    assert not path.exists()
