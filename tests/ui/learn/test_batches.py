"""Chapter 5, as a page."""

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.ui.learn.own_network import small_network
from nnlab.ui.runtime.datasets import splits_of
from tests.ui.conftest import html
from tests.ui.learn.chapters import opened, ran

pytestmark = pytest.mark.usefixtures("quiet_server")


def words(test: AppTest) -> str:
    return "\n".join([*(e.value for e in (*test.markdown, *test.caption)), html(test)])


def test_the_noise_is_that_of_the_network_and_follows_the_batch_size() -> None:
    test = opened("batches")
    examples = len(splits_of(small_network().experiment.data).train)
    assert f"Measured on {examples} examples of the training data" in words(test)
    assert "Batches of 8 of" in words(test)
    test.select_slider(key="learn_batches_size").set_value(64)
    ran(test)
    assert "Batches of 64 of" in words(test)


def test_a_short_last_batch_is_seen_and_dropped() -> None:
    test = opened("batches")
    assert "The last one has 3 of 5." in words(test)
    assert html(test).count("class=short") == 2
    test.toggle(key="learn_batches_drop").set_value(True)
    ran(test)
    assert "3 examples are left out." in words(test)
    assert "class=short" not in html(test)


def test_modes_and_memory_open() -> None:
    test = opened("batches")
    test.session_state["learn_batches_closer"] = "modes"
    ran(test)
    before = html(test)
    test.button(key="learn_batches_again").click()
    ran(test)
    assert html(test) != before
    test.session_state["learn_batches_closer"] = "memory"
    ran(test)
    assert "under torch.no_grad()" in html(test)


def test_both_questions_answer() -> None:
    test = opened("batches")
    for number in (1, 2):
        test.radio(key=f"learn_batches_{number}").set_value(number)
        ran(test)
        test.button(key=f"learn_batches_{number}_commit").click()
        ran(test)
    assert "about a half — not as predicted" in html(test)
    assert "Zeros and twos — right" in html(test)
