"""No link, no JSON, no `--set` costs the server more than a second and a fixed number of bytes."""

import base64
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab import recipes
from nnlab.cli.experiment import change
from nnlab.config import Experiment, from_link, to_link
from nnlab.config.replay_link import from_parameters
from nnlab.data.description import describe
from nnlab.data.registry import load, sizes
from nnlab.errors import MAX_MESSAGE, InvalidExperimentError, NnlabError
from nnlab.insight.plane.boundary import plane_grid
from nnlab.insight.plane.neurons import neuron_grids
from nnlab.models.code import code
from nnlab.scene.words import data_lines, layer_lines, training_lines
from nnlab.training.check import plan
from nnlab.ui.runtime.snapshot import untrained
from nnlab.ui.session.chart_options import Look
from nnlab.ui.session.hide import read_hidden
from nnlab.ui.session.labs import lab_of
from tests.config.experiments import experiments, plain
from tests.hold.bounds import cost_of, fuzzed, must_hold
from tests.hold.hostile import HUGE_VALUES, WRITTEN

pytestmark = pytest.mark.proof


@pytest.fixture(autouse=True, scope="module")
def warm() -> Iterator[None]:
    """One thread: several would wait for each other, which counts as work.

    What is slow once comes before, as the server does it when it starts.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    as_pages_do(plain())
    as_pages_do(recipes.get("digits-cnn").experiment)
    yield
    torch.set_num_threads(before)


NO_DATA = Path("/nonexistent")
"""A data directory in which nothing lies: pages say so."""


def as_pages_do(experiment: Experiment) -> None:
    """What a page makes of an experiment before anything trains, the costly parts of it."""
    info = describe(experiment.data)
    lab_of(experiment)
    assert from_link(to_link(experiment)) == experiment
    data_lines(experiment.data)
    layer_lines(experiment.model, experiment.data)
    training_lines(experiment)
    plan(experiment, info, sizes(experiment.data)[0])
    code(experiment.model, info.input_shape, "sequential")
    load(experiment.data, NO_DATA)
    network = untrained(experiment.model, info.input_shape).network
    if info.input_shape == (2,):
        plane_grid(network, task=experiment.task)
    if info.input_shape in ((1,), (2,)):
        neuron_grids(network, info.input_shape[0])


def must_be_cheap(call: Callable[[], object], received: int, expected: type[Exception]) -> None:
    """It costs little, and what it says is short and can be shown."""
    cost = cost_of(call, expected)
    must_hold(cost, received)
    if isinstance(cost.outcome, Exception):
        assert 0 < len(str(cost.outcome)) <= MAX_MESSAGE
        str(cost.outcome).encode()


def link_of(text: str) -> str:
    packed = zlib.compress(text.encode(errors="surrogatepass"), 9)
    return f"1.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


@st.composite
def links(draw: st.DrawFn) -> str:
    """Links to something hostile, and such as were cut, altered, or never one."""
    link = draw(
        st.one_of(
            WRITTEN.map(link_of),
            WRITTEN.map(link_of),
            experiments().map(to_link),
            st.builds(
                lambda piece, n: link_of(piece * n),
                st.sampled_from(["0", " ", "[]"]),
                st.sampled_from([1, 10**7]),
            ),
            st.builds(lambda n: "1." + "A" * n, st.sampled_from([1, 4000, 10**7])),
            st.text(max_size=300),
        )
    )
    match draw(st.sampled_from(["whole", "whole", "whole", "cut", "altered"])):
        case "cut":
            return link[: draw(st.integers(0, len(link)))]
        case "altered":
            place = draw(st.integers(0, len(link)))
            return link[:place] + draw(st.text(max_size=3)) + link[place + 1 :]
    return link


@fuzzed(0.15)
@given(links())
def test_a_link_and_the_page_that_it_opens(link: str) -> None:
    must_be_cheap(lambda: as_pages_do(from_link(link)), len(link), NnlabError)


@fuzzed(0.15)
@given(WRITTEN)
def test_a_file_of_json(text: str) -> None:
    content = text.encode(errors="surrogatepass")
    must_be_cheap(lambda: as_pages_do(Experiment.from_json(content)), len(content), NnlabError)


PATHS = st.one_of(
    st.sampled_from(
        [
            *("data", "data.points", "model.layers", "model.layers.0", "model.layers.0.init"),
            *("model.layers.0.out_features", "training", "training.optimizer", "training.epochs"),
            *("training.schedule", "training.optimizer.betas", "training.evaluate_every"),
        ]
    ),
    st.builds(
        lambda piece, n: piece * n,
        st.sampled_from(["a", "data.", ".", "9", "model.layers.0.", "²", "\ud800"]),
        st.sampled_from([1, 3, 100, 5000, 1_000_000]),
    ),
    st.text(max_size=20),
)
VALUES = st.one_of(WRITTEN, HUGE_VALUES.map(str), st.text(max_size=50))


@fuzzed(0.1)
@given(st.lists(st.tuples(PATHS, VALUES), min_size=1, max_size=3))
def test_what_set_changes(changes: list[tuple[str, str]]) -> None:
    typed = [f"{path}={value}" for path, value in changes]
    must_be_cheap(lambda: as_pages_do(change(plain(), typed)), sum(map(len, typed)), NnlabError)


WORDS = st.one_of(
    st.text(max_size=60),
    st.builds(
        lambda piece, n: piece * n,
        st.sampled_from(["1", "1,", "1200,0.5", ",", "a", "0.", "e", "\ud800", "smoothing-0,"]),
        st.sampled_from([1, 2, 60, 5000, 60_000]),
    ),
)


@fuzzed(0.05)
@given(WORDS, WORDS)
def test_the_other_words_of_an_address(one: str, other: str) -> None:
    def read() -> None:
        for said in ({"expect": one, "made": other}, {"expect": "1200,0.5", "made": one}):
            with suppress(InvalidExperimentError):
                from_parameters(said)
        said = read_hidden(one)[1]
        assert len(said or "") <= MAX_MESSAGE
        Look.from_words(one)

    must_be_cheap(read, len(one) + len(other), InvalidExperimentError)
