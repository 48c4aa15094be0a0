"""Chapter 5, as a page."""

import pytest

from nnlab.ui.learn.own_network import small_network
from nnlab.ui.runtime.datasets import splits_of
from tests.ui.conftest import html
from tests.ui.learn.chapters import opened, ran, text

pytestmark = pytest.mark.usefixtures("quiet_server")


def test_the_noise_is_that_of_the_network_and_follows_the_batch_size() -> None:
    test = opened(chapter="batches")
    examples = len(splits_of(small_network().experiment.data).train)
    assert f"Measured on {examples} examples of the training data" in text(test)
    assert "Batches of 8 of" in text(test)
    test.select_slider(key="learn_batches_size").set_value(64)
    ran(test)
    assert "Batches of 64 of" in text(test)


def test_a_short_last_batch_is_seen_and_dropped() -> None:
    test = opened(chapter="batches")
    assert "The last one has 3 of 5." in text(test)
    assert html(test).count("class=short") == 2
    test.toggle(key="learn_batches_drop").set_value(True)
    ran(test)
    assert "3 examples are left out." in text(test)
    assert "class=short" not in html(test)


def test_one_example_has_one_order_and_a_batch_of_all_is_one() -> None:
    test = opened(chapter="batches")
    assert "Every epoch is shuffled anew." in text(test)
    test.slider(key="learn_batches_n").set_value(1)
    sizes = test.select_slider(key="learn_batches_size")
    sizes.set_value(int(sizes.options[-1].replace(",", "")))
    ran(test)
    assert "Every epoch is the same." in text(test)
    assert "One batch of all" in text(test)


def test_modes_and_memory_open() -> None:
    test = opened(chapter="batches")
    test.session_state["learn_batches_closer"] = "modes"
    ran(test)
    before = html(test)
    assert "each time others are dropped" in before
    test.slider(key="learn_batches_p").set_value(0.0)
    ran(test)
    assert "each time others are dropped" not in html(test)
    test.button(key="learn_batches_again").click()
    ran(test)
    assert html(test) != before
    test.session_state["learn_batches_closer"] = "memory"
    ran(test)
    assert "under torch.no_grad()" in html(test)
