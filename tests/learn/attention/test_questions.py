"""The two questions, against what can be said without PyTorch."""

from nnlab.learn.attention.questions import QUESTIONS


def test_without_positions_equal_tokens_come_out_equal() -> None:
    """A sum over all tokens does not depend on who asks, but by the query, which is the same."""
    assert QUESTIONS[0].answer() == 1


def test_a_causal_layer_sees_what_it_needs_at_the_second_half_of_the_places() -> None:
    needed_is_before = [7 - place <= place for place in range(8)]
    assert QUESTIONS[1].answer() == sum(needed_is_before) == 4
