"""What is said of functions and objects."""

from nnlab.learn.three_ways.pairs import pairs
from nnlab.learn.three_ways.questions import QUESTIONS


def test_a_function_and_its_object_give_the_same_and_two_have_a_mode() -> None:
    found = {pair.module: pair for pair in pairs()}
    assert all(pair.equal for pair in found.values())
    assert {name for name, pair in found.items() if pair.has_mode} == {
        "nn.Dropout(0.5)",
        "nn.BatchNorm1d(4)",
    }
    assert {name: pair.kept for name, pair in found.items() if pair.kept} == {
        "nn.Linear(4, 3)": 2,
        "nn.Conv2d(2, 3, 3)": 2,
        "nn.BatchNorm1d(4)": 5,
    }


def test_the_answers() -> None:
    """A list is not looked into; a function does not hear of eval()."""
    assert [asked.answer() for asked in QUESTIONS] == [0, 2]
