"""A link gives a page or a message, never a traceback; the page holds what the link says."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from nnlab.config import Experiment, Images, to_link
from nnlab.recipes import get
from tests.config.experiments import experiments

REPOSITORY = Path(__file__).parents[3]

pytestmark = pytest.mark.usefixtures("quiet_server")

SOME = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # a page a try: shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def opened(link: str, page: str = "playground") -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    test.query_params["x"] = link
    test = test.switch_page(f"pages/{page}.py").run()
    assert not test.exception
    return test


def draft(test: AppTest, page: str = "playground") -> Any:
    return test.session_state[f"lab_{page}"].draft


def words(test: AppTest) -> str:
    return "\n".join(element.value for element in (*test.error, *test.warning))


@SOME
@given(experiments(with_sequences=False))
def test_any_experiment_is_held_as_its_link_says_it(experiment: Experiment) -> None:
    test = opened(to_link(experiment))
    if isinstance(experiment.data, Images):
        assert "for the page /images" in words(test)
        assert not test.button("train").disabled
    else:
        assert draft(test) == experiment


@SOME
@given(st.integers(0, 2000), st.characters(codec="ascii", categories=("L", "N")))
def test_a_link_that_was_damaged_on_its_way_gives_a_message_and_a_page(
    at: int, letter: str
) -> None:
    link = to_link(get("digits-cnn").experiment)
    at %= len(link)
    damaged = link[:at] + letter + link[at + 1 :]
    test = opened(damaged)
    assert damaged == link or words(test)
    assert not test.button("train").disabled


@pytest.mark.parametrize("noise", [0.073, 0.5, 0.0])
def test_what_a_slider_would_round_stays_as_the_link_says_it(noise: float) -> None:
    experiment = get("spiral").experiment.with_set("data.noise", noise)
    assert draft(opened(to_link(experiment))).data.noise == noise
