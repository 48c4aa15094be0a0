"""A link to a network of gigabytes costs the page a sentence: nothing is built, nothing is kept."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnlab.config import Linear, Model, mlp, to_link
from nnlab.errors import InvalidExperimentError
from nnlab.recipes import get
from nnlab.runs.record.checkpoints import save_live
from nnlab.ui.runs.details.details import PARTS
from nnlab.ui.runtime.cache import answers
from nnlab.ui.runtime.run_view import RunView, run_view
from tests.ui.conftest import MakeRun
from tests.ui.playground.test_playground import REPOSITORY, opened, ran, words

pytestmark = pytest.mark.usefixtures("quiet_server")

CIRCLE = get("circle").experiment
LARGE = CIRCLE.model_copy(
    update={"model": Model(layers=(*(Linear(out_features=4096),) * 62, *mlp(outputs=2)))}
)
"""5.95 GB, in a link of 190 characters."""


def test_the_playground_says_it_and_draws_no_network() -> None:
    before = answers.size
    test = opened(LARGE)
    assert "With layer 2 the network has 16,793,600 weights" in words(test)
    assert test.button(key="train").disabled
    assert answers.size - before < 2**20


def test_the_images_page_says_it_too() -> None:
    digits = get("digits-mlp").experiment
    first = digits.model.layers[:2]
    large = digits.model_copy(
        update={"model": Model(layers=(*first, *LARGE.model.layers[:60], *mlp(outputs=10)))}
    )
    before = answers.size
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    test.query_params["x"] = to_link(large)
    ran(test.run().switch_page("pages/images.py"))
    assert "the network has" in words(test)
    assert answers.size - before < 2**23


def test_a_run_of_an_earlier_version_with_such_a_network_still_shows_its_course(
    make_run: MakeRun,
) -> None:
    run = make_run("large", LARGE)
    view = run_view(run.id)
    assert view.refresh() is view.history
    assert view.bytes_held < 2**21
    with pytest.raises(InvalidExperimentError, match="take fewer or narrower layers"):
        view.network()


def test_a_view_counts_what_its_network_may_take(make_run: MakeRun) -> None:
    wide = CIRCLE.model_copy(update={"model": Model(layers=mlp(2048, outputs=2))})
    numbers = 2048 * 3 + 2048 * 2 + 2
    small, large = (
        RunView(make_run("a run", experiment)).bytes_held for experiment in (CIRCLE, wide)
    )
    assert large - small > 4 * 4 * numbers


def test_the_playground_shows_the_course_of_such_a_run_and_says_why_no_more(
    make_run: MakeRun,
) -> None:
    run = make_run("large", LARGE)
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    test.query_params["run"] = run.id
    ran(test.run().switch_page("pages/playground.py"))
    assert "take fewer or narrower layers" in words(test)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_its_details_can_be_looked_at(make_run: MakeRun, part: str) -> None:
    run = make_run("large", LARGE)
    save_live(run.path, {"0.weight": torch.zeros(4096, 2)}, 1)
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    test = ran(test.run().switch_page("pages/runs.py"))
    test.segmented_control(key="runs_run_part").set_value(part)
    ran(test)
