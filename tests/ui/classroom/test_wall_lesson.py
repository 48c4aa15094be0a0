"""What the wall shows of a lesson's step."""

from nnlab.classroom.answers import Histogram
from nnlab.lessons.lesson import ChoiceQuestion, NumberQuestion
from nnlab.ui.classroom.wall_lesson import in_choices


def test_a_choice_has_its_bar_in_its_place_before_anybody_takes_it() -> None:
    question = ChoiceQuestion(kind="choice", text="Which?", choices=("low", "middle", "high"))
    assert in_choices(Histogram(), question).bars == (("low", 0), ("middle", 0), ("high", 0))
    said = Histogram((("high", 4), ("low", 1)), (), 5)
    shown = in_choices(said, question)
    assert shown.bars == (("low", 1), ("middle", 0), ("high", 4))
    assert shown.count == 5


def test_numbers_stay_as_they_were_said() -> None:
    question = NumberQuestion(kind="number", text="How many?", low=0, high=9, tolerance=1)
    said = Histogram((("2", 2), ("7", 1)), (), 3)
    assert in_choices(said, question) is said
