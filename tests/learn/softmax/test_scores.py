"""What the browser sends is checked before anything is computed."""

import pytest

from nnlab.errors import NnlabError
from nnlab.learn.softmax.scores import Scores, read_scores

GOOD = {"logits": [1, -2.5], "target": 0, "temperature": 1, "smoothing": 0.1}


def test_what_is_in_range_is_read() -> None:
    assert read_scores(GOOD) == Scores((1.0, -2.5), 0, 1.0, 0.1)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"logits": [1]}, "2 to 6 logits"),
        ({"logits": [0] * 7}, "2 to 6 logits"),
        ({"logits": None}, "None"),
        ({"logits": [0, 11]}, "-10 to 10"),
        ({"logits": [0, float("nan")]}, "nan"),
        ({"logits": [0, "1"]}, "'1'"),
        ({"logits": [0, 10**400]}, "-10 to 10"),  # no float holds it
        ({"target": 2}, "0 to 1"),
        ({"target": "A"}, "'A'"),
        ({"temperature": 0}, "0.1 to 10"),
        ({"temperature": None}, "None"),
        ({"smoothing": 1}, "0 to 0.5"),
    ],
)
def test_what_is_not_names_the_range_and_what_came(change: dict, named: str) -> None:
    with pytest.raises(NnlabError, match="reload"):
        read_scores(GOOD | change)
    with pytest.raises(NnlabError) as error:
        read_scores(GOOD | change)
    assert named in str(error.value).replace("−", "-")


def test_something_else_than_a_dictionary_is_said() -> None:
    with pytest.raises(NnlabError, match="dictionary"):
        read_scores([1, 2])
