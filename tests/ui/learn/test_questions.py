"""Both questions of each chapter: a prediction is committed, PyTorch answers, the two compared."""

import pytest

from nnlab.lessons.lesson import ChoiceQuestion
from nnlab.ui.learn.chapter import Chapter
from nnlab.ui.learn.chapters import CHAPTERS
from tests.ui.learn.chapters import opened, ran, text

pytestmark = pytest.mark.usefixtures("quiet_server")

RIGHT, WRONG = "— right", "— not as predicted"
ANSWERS: dict[str, tuple[tuple[float, str], tuple[float, str]]] = {
    "autograd": ((12.0, f"12 {RIGHT}"), (2, f"0 for relu, 0.5 for max {RIGHT}")),
    "optimizers": ((1, f"about 0.07: Nesterov needs a smaller one {WRONG}"), (3, RIGHT)),
    "landscape": (
        (3, f"it grows from step to step {RIGHT}"),
        (2, f"more than 0 {RIGHT}"),
    ),
    "softmax": ((2, f"More than 100,000 times {WRONG}"), (0.933, f"0.9333 {RIGHT}")),
    "batches": ((1, f"It falls to about a half {WRONG}"), (2, f"Zeros and twos {RIGHT}")),
    "three-ways": ((0.0, f"0 {RIGHT}"), (2, f"different {RIGHT}")),
    "convolution": ((13.0, f"13 values {RIGHT}"), (4.0, f"3 moves {WRONG}")),
    "saving": ((6.0, f"9 tensors {WRONG}"), (2, f"the weights after the step {RIGHT}")),
    "initial-weights": (
        (14.0, f"9.915 {WRONG}"),
        (2, f"the biases of the last layer {RIGHT}"),
    ),
    "attention": ((1, f"exactly the same vector {RIGHT}"), (4.0, f"4 {RIGHT}")),
}


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.id)
def test_both_questions_are_answered(chapter: Chapter) -> None:
    test = opened(chapter=chapter.id)
    answers = ANSWERS[chapter.id]
    for number, (asked, (value, _)) in enumerate(zip(chapter.questions, answers, strict=True), 1):
        key = f"learn_{chapter.id}_{number}"
        is_choice = isinstance(asked.question, ChoiceQuestion)
        (test.radio if is_choice else test.number_input)(key=key).set_value(value)
        ran(test)
        test.button(key=f"{key}_commit").click()
        ran(test)
    for _value, told in answers:
        assert told in text(test)
