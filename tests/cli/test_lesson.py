"""`python -m nnlab lesson`: the list, and the checker."""

from pathlib import Path

from nnlab.lessons import lessons
from tests.cli.conftest import Ask
from tests.lessons.conftest import LESSON


def test_the_list_ends_with_the_ids(ask: Ask) -> None:
    answer = ask("lesson", "list")
    assert answer.status == 0
    assert answer.out.splitlines()[-1] == str([one.id for one in lessons()]).replace("'", '"')


def test_a_lesson_whose_outcome_holds(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(LESSON.replace('"training.epochs" = 4', '"training.epochs" = 40'))
    answer = ask("lesson", "check", file, "--seeds", "2")
    assert answer.status == 0
    said = answer.last
    assert (said["lesson"], said["holds"]) == ("mine", True)
    (step,) = said["steps"]
    assert (step["step"], step["seeds"], step["held"]) == (1, 2, 2)


def test_a_lesson_that_states_what_does_not_happen_ends_with_1(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    text = LESSON.replace("stated = 2", "stated = 1").replace('epochs" = 4', 'epochs" = 40')
    file.write_text(text)
    answer = ask("lesson", "check", file, "--seeds", "1")
    assert answer.status == 1
    assert answer.last["holds"] is False
    assert "step 1, seed 0: The run showed: validation accuracy at the end:" in answer.err


def test_what_is_no_lesson_is_one_line(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("id = 3")
    answer = ask("lesson", "check", file)
    assert answer.status == 2
    assert answer.err.startswith("nnlab: mine.toml: ")
    assert ask("lesson", "check", tmp_path / "none.toml").status == 2
    assert ask("lesson", "check", "one-neuron", "--seeds", "0").status == 2
