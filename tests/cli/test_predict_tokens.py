"""`python -m nnlab predict` of a run on sequences."""

import math

import pytest

from nnlab.cli.main import main
from nnlab.cli.predict_tokens import read_tokens
from nnlab.config import Sequences
from nnlab.errors import NnlabError
from nnlab.runs.store import Store


def trained(tmp_path, recipe):
    assert main(["train", recipe, "--set", "training.steps=130", "--runs", str(tmp_path)]) == 0
    (run,) = (summary.run for summary in Store(tmp_path).summaries())
    return run


def test_a_row_of_tokens_is_answered_token_by_token_and_a_wrong_one_by_a_message(ask, tmp_path):
    run = trained(tmp_path, "attention-copy")
    answer = ask("predict", run.path, "3 1 4 1 5 9 2 6", "0,0,7,7,1,2,3,8", "3 1 4")
    assert answer.status == 1
    first, second, bad = answer.lines
    assert first["prediction"] == [3, 1, 4, 1, 5, 9, 2, 6]
    assert second["prediction"] == [0, 0, 7, 7, 1, 2, 3, 8]
    assert all(0.1 < share <= 1 for share in first["probabilities"])
    assert bad["error"].startswith("This run reads sequences of 8 tokens, got 3: write 8")


def test_brackets_are_named_balanced_or_not(ask, tmp_path):
    run = trained(tmp_path, "attention-brackets")
    answer = ask("predict", run.path, "(()())(()())(())", "())(" + "()" * 6)
    assert [line["prediction"] for line in answer.lines] == ["balanced", "unbalanced"]
    assert all(math.isclose(sum(line["probabilities"]), 1) for line in answer.lines)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1 2 3 10", r"'10' is no token of this run: it knows 0 to 9\."),
        ("1 2 x 4", r"'x' is no token"),
        ("", r"4 tokens, got 0: write 4, as in '0 1 2 3'"),
        ("1 " * 100_000, r"4 tokens, got more"),
        ("-1 2 3 4", r"'-1' is no token"),
    ],
)
def test_a_row_that_is_none_is_refused_with_the_mend(row, said):
    with pytest.raises(NnlabError, match=said):
        read_tokens(row, Sequences(length=4))


def test_a_row_may_have_much_room_between_its_tokens():
    wide = "3     1     4    1    5    9    2    6"
    assert read_tokens(wide, Sequences(length=8)) == [3, 1, 4, 1, 5, 9, 2, 6]
    brackets = Sequences(task="brackets", length=16)
    assert read_tokens("   (   )" * 8, brackets) == [0, 1] * 8
    with pytest.raises(NnlabError, match=r"at most 1,000 characters, got 2,003: leave out"):
        read_tokens("1 2" + " " * 2000, Sequences(length=2))


def test_other_signs_than_brackets_are_refused():
    with pytest.raises(NnlabError, match=r"'\[' is no token of this run: it knows \( to \)"):
        read_tokens("[]" * 6, Sequences(task="brackets", length=12))
