"""A lesson's file: what is valid, what is refused with which words, and what hostile ones cost."""

import contextlib
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.errors import InvalidLessonError
from nnlab.lessons.check import must_be_sound
from nnlab.lessons.lesson import HIDEABLE, Lesson
from nnlab.lessons.read import MAX_BYTES, read_lesson, read_lesson_file
from nnlab.ui.session.hide import PARTS
from tests.lessons.conftest import LESSON, circle

REPOSITORY = Path(__file__).resolve().parents[2]


def read(text: str) -> Lesson:
    return read_lesson(text.encode())


def refused(text: str | bytes) -> str:
    with pytest.raises(InvalidLessonError) as error:
        sound(text if isinstance(text, bytes) else text.encode())
    return str(error.value)


def sound(content: bytes) -> None:
    must_be_sound(read_lesson(content))


def with_line(old: str, new: str) -> str:
    assert old in LESSON
    return LESSON.replace(old, new)


def test_the_least_lesson_is_read() -> None:
    lesson = read(LESSON)
    assert (lesson.id, lesson.minutes, len(lesson.steps)) == ("mine", 5, 1)
    assert lesson.steps[0].made == circle()
    must_be_sound(lesson)


def test_a_text_of_set_is_read_as_json_as_the_command_line_does() -> None:
    text = with_line('"training.epochs" = 4', '"training.epochs" = "4", "data.kind" = "moons"')
    made = read(text).steps[0].made
    assert (made.training.epochs, made.data.kind) == (4, "moons")


def test_an_experiment_may_be_its_json() -> None:
    text = with_line('recipe = "circle"', f"from_json = '{circle().to_json()}'")
    assert read(text).steps[0].made == circle()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "mine"', 'id = "Mine!"', "id: .*Mine!"),
        ('title = "Mine"', "", "title: missing"),
        ('title = "Mine"', 'titel = "Mine"', "Unknown name 'titel'.*Did you mean 'title'"),
        ('recipe = "circle"', 'recipe = "cirle"', "step 1.*'cirle'.*Did you mean 'circle'"),
        ("epochs", "epohcs", "step 1.*epohcs.*Did you mean 'epochs'"),
        ('"few", "many"', '"few"', "step 1: question.choices.*at least 2"),
        ('"few", "many"', '"few", "some", "many"', "step 1.*3 choices.*2 conditions"),
        ("stated = 2", "stated = 3", "step 1.*stated is 3, of 2"),
        ("below = 0.8", "below = 0.9", "step 1: the choices 1 and 2 could both"),
        ('"val_accuracy", above', '"val_acc", above', "step 1: outcome.*'val_acc'"),
        ("above = 0.8", "above = 0.8, at = 'then'", "step 1.*at.*then"),
        ("above = 0.8", "at = 'end'", "needs 'above', 'below' or both"),
        ('kind = "choice"', 'kind = "guess"', "step 1: question.*'guess'.*choice"),
        ('recipe = "circle"', 'recipe = "digits-mlp"', "belong to the page 'images'"),
        ('text = "What', 'hide = ["dat"]\ntext = "What', "'dat'.*Did you mean 'data'"),
        ("epochs\" = 4", 'steps" = 0', "step 1.*training.steps"),
        ('explanation = "Because."', f'explanation = "{"x" * 1201}"', "explanation.*1200"),
        ("= 4 }", "= 4", "This is not TOML.*line 1[234]"),
        ('"training.epochs"', "a.a.a.a.a.a.a.a.a.a", "Line 12: a name of more than 8 parts"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_stands_there(old: str, new: str, said: str) -> None:
    assert re.search(said, refused(with_line(old, new)), re.DOTALL)


def test_a_weight_that_the_network_does_not_have_is_refused() -> None:
    text = with_line("[steps.question]", '[steps.weights]\n"0.weight.9.9" = 1.0\n[steps.question]')
    assert "no weight '0.weight.9.9'" in refused(text)


def test_a_lesson_has_bounds() -> None:
    step = LESSON[LESSON.index("[[steps]]") :]
    assert "20 at most, this one has 21" in refused(LESSON + 20 * step)
    assert len(read(LESSON + 19 * step).steps) == 20
    assert "64 kB" in refused(b"#" * (MAX_BYTES + 1))
    assert "UTF-8" in refused(b"id = '\xff'")


HOSTILE = {
    "dotted names": ".".join("a" * 32_000) + " = 1",
    "dotted heads": "[" + ".".join("a" * 32_000) + "]",
    "quoted names": ".".join(['"a=b"'] * 10_000) + " = 1",
    "nested lists": "a = " + "[" * 30_000,
    "nested tables": "a = " + "{a=" * 20_000,
    "a large number": "a = " + "9" * 60_000,
    "a large hex": "a = 0x" + "f" * 60_000,
    "many tables": "[[steps]]\n" * 6_000,
    "one long word": "a" * 65_000,
    "one long text": "a = '" + "b." * 32_000 + "'",
    "quotes": "'" * 65_000,
    "brackets": "[" * 65_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_made_to_cost_much_costs_little(text: str) -> None:
    begun = time.process_time()
    assert len(refused(text)) <= 1000
    assert time.process_time() - begun < 1.0


WORDS = st.sampled_from(
    ["steps", "set", "when", "all", "any", "figure", "question", "kind", "=", ".", "[", "]", "[[",
     "]]", "{", "}", '"', "'", '"""', "\n", ",", "1e999", "nan", "1979-05-27", "-1", "true", "\0"]
)  # fmt: skip
VALUES = st.sampled_from(
    ["[]", "{}", "nan", "inf", "-1", "1e400", "2020-01-01", "true", '""', "'\\u0000'", "[[1]]",
     '"x"', "{ all = [] }", "{ any = [{ all = [{ any = [] }] }] }", "9223372036854775808"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(WORDS, max_size=60).map("".join))
def test_whatever_comes_is_read_or_refused_in_words(text: str) -> None:
    refused(text)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.integers(0, LESSON.count("=") - 1), VALUES)
def test_any_value_in_any_place_is_read_or_refused_in_words(place: int, value: str) -> None:
    lines = [str(line) for line in LESSON.split("\n")]
    assigned = [number for number, line in enumerate(lines) if "=" in line]
    number = assigned[place % len(assigned)]
    lines[number] = f"{lines[number].split('=')[0]}= {value}"
    with contextlib.suppress(InvalidLessonError):
        sound("\n".join(lines).encode())


def test_the_parts_that_a_step_hides_are_those_of_links() -> None:
    assert set(HIDEABLE) == set(PARTS)


def test_the_lesson_of_the_documentation_is_sound() -> None:
    document = (REPOSITORY / "docs/lessons.md").read_text("utf-8")
    examples = re.findall(r"```toml\n(.*?)```", document, re.DOTALL)
    assert examples
    must_be_sound(read(examples[0]))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidLessonError, match="cannot be read"):
        read_lesson_file(tmp_path / "none.toml")
