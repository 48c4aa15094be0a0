"""The answers of chapter 1, by hand."""

from nnlab.learn.autograd.questions import QUESTIONS


def test_two_passes_add_up_to_four_times_w() -> None:
    """d(w²)/dw = 2w = 6 at 3; twice."""
    assert QUESTIONS[0].answer() == 2 * 6


def test_relu_says_0_at_its_corner_and_maximum_a_half() -> None:
    """The second choice."""
    assert QUESTIONS[1].answer() == 2
