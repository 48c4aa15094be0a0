"""Chapter 3: the plane of a way, the valley between two runs, sharpness; bad input in words."""

from collections import deque
from itertools import islice
from time import monotonic

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import Experiment
from nnlab.errors import NnlabError
from nnlab.recipes import get
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.settings import read_settings
from nnlab.ui.learn.chapters.landscape.chapter import CHAPTER
from nnlab.ui.learn.own_network import small_network
from tests.ui.conftest import IdleLauncher
from tests.ui.learn.chapters import opened, ran, text

pytestmark = pytest.mark.usefixtures("quiet_server", "replays_at_once")


@pytest.fixture(autouse=True)
def two_chapters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnlab.ui.learn.page.CHAPTERS", (CHAPTER,))


def spiral(seed: int = 0) -> Experiment:
    experiment = get("spiral").experiment.with_set("training.epochs", 2)
    return experiment.with_set("model.seed", seed)


def trained(experiment: Experiment, name: str) -> Run:
    settings = read_settings()
    run = Store(settings.runs_dir).create(experiment, name=name)
    for _event in train(run, data_dir=settings.data_dir):
        pass
    return run


def chosen(test: AppTest, view: str) -> AppTest:
    test.button_group(key="learn_landscape_view").set_value(view)
    return ran(test)


def test_it_opens_on_a_small_network_and_the_slider_goes_along_its_way() -> None:
    test = opened(chapter="landscape")
    assert "Step 200 of 200" in text(test)
    assert "of the variance of the run's path" in text(test)
    slider = next(one for one in test.select_slider if one.label == "Step of the run")
    slider.set_value(0)
    ran(test)
    assert "Step 0 of 200" in text(test)


def last_step(test: AppTest) -> int:
    """Of the slider, once the replay has come so far."""
    ends = monotonic() + 60
    while not (found := [one for one in test.select_slider if one.label == "Step of the run"]):
        assert monotonic() < ends
        ran(test)
    return int(found[0].options[-1].replace(",", ""))


def test_the_way_of_a_run_that_trains_stays_until_the_newest_is_asked_for() -> None:
    settings = read_settings()
    run = Store(settings.runs_dir).create(get("spiral").experiment, name="in training")
    training = train(run, data_dir=settings.data_dir)
    while not list_checkpoints(run.path):
        next(training)
    test = opened(chapter="landscape")
    before = last_step(test)
    deque(islice(training, 20), maxlen=0)
    ran(test)
    assert last_step(test) == before
    assert "the run is at step" in text(test).lower()
    (button,) = [one for one in test.button if one.key == "learn_landscape_go_on"]
    button.click()
    ran(test)
    assert last_step(test) > before
    assert button.label == f"Up to step {last_step(test):,}"


def test_a_random_plane_warns_that_it_seldom_holds_the_way() -> None:
    test = chosen(opened(chapter="landscape"), "random")
    assert "seldom hold the path" in text(test)


def test_two_small_networks_have_a_ridge_between_them() -> None:
    assert "a ridge" in text(chosen(opened(chapter="landscape"), "valley"))


def test_a_run_alone_is_compared_with_the_small_network_not_with_itself() -> None:
    trained(small_network().experiment.with_set("model.seed", 1), "alone")
    test = chosen(opened(chapter="landscape"), "valley")
    (other,) = [s for s in test.selectbox if s.label == "The other network"]
    assert [one.startswith("a small one") for one in other.options] == [True]
    assert "a ridge" in text(test)


def test_without_a_run_sharpness_offers_one_that_trains() -> None:
    test = chosen(opened(chapter="landscape"), "sharpness")
    assert test.button(key="learn_landscape_descent")


def test_a_refused_run_is_said_also_where_there_is_no_run_yet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def start(_self: IdleLauncher, _run: Run, *_args: object, **_how: object) -> None:
        raise NnlabError("there is no place")

    monkeypatch.setattr(IdleLauncher, "start", start, raising=False)
    test = chosen(opened(chapter="landscape"), "sharpness")
    test.button(key="learn_landscape_descent").click()
    assert "there is no place" in text(ran(test))
    assert "there is no place" not in text(ran(test))


def test_a_run_that_waits_for_a_place_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = lambda _self, *_args, **_how: None  # noqa: E731
    monkeypatch.setattr(IdleLauncher, "start", nothing, raising=False)
    monkeypatch.setattr(IdleLauncher, "ask", nothing, raising=False)
    monkeypatch.setattr("nnlab.ui.learn.chapters.landscape.sharpness_view.START_SECONDS", 0.1)
    trained(spiral(), "before")
    test = chosen(opened(chapter="landscape"), "sharpness")
    test.button(key="learn_landscape_descent").click()
    assert "it may wait for a place" in text(ran(test))


def test_a_run_without_checkpoints_is_told_in_words() -> None:
    run = trained(spiral(), "bare")
    for path in list_checkpoints(run.path):
        path.unlink()
    test = opened(chapter="landscape")
    assert "has no checkpoints" in text(test)


def test_a_network_too_large_is_refused_with_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    trained(spiral(), "large")
    monkeypatch.setattr("nnlab.runs.rewind.path.MOST_WEIGHTS", 100)
    assert "take a run of a smaller network" in text(opened(chapter="landscape"))


def test_runs_of_other_networks_have_no_valley_between_them() -> None:
    trained(get("xor").experiment.with_set("training.epochs", 1), "xor")
    trained(spiral(), "spiral")
    test = chosen(opened(chapter="landscape"), "valley")
    other = next(s for s in test.selectbox if s.key == "learn_landscape_other_network")
    other.set_value(next(one for one in other.options if one.startswith("xor")))
    ran(test)
    assert "same layers, data and loss" in text(test)


def test_it_opens_on_a_run_of_the_plane_though_a_newer_one_reads_sequences() -> None:
    trained(spiral(), "mine")
    tokens = [("data.examples", 300), ("training.epochs", 1)]
    trained(get("attention-copy").experiment.with_all(tokens), "tokens")
    test = opened(chapter="landscape")
    assert "of the variance of the run's path" in text(test)


def test_the_other_run_is_one_with_a_line_to_this_one() -> None:
    for name, experiment in (("a", spiral()), ("b", spiral(1)), ("c", get("xor").experiment)):
        trained(experiment.with_set("training.epochs", 1), name)
    test = opened(chapter="landscape")
    network = test.selectbox(key="learn_landscape_network")
    network.set_value(next(one for one in network.options if one.startswith("a")))
    assert "a ridge" in text(chosen(ran(test), "valley"))


def test_what_was_measured_is_not_there_of_a_run_that_nobody_asked() -> None:
    trained(spiral(), "unasked")
    test = chosen(opened(chapter="landscape"), "sharpness")
    assert "Nothing was measured while this run trained." in text(test)
