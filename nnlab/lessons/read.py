"""A lesson from a TOML file, bounded before it is read."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from nnlab.config.explain import explain
from nnlab.config.received import must_be_small
from nnlab.errors import InvalidExperimentError, InvalidLessonError, shortened
from nnlab.files import read_plain
from nnlab.lessons.lesson import MOST_STEPS, Lesson
from nnlab.texts import _

MAX_BYTES = 64 * 1024
MAX_KEY_PARTS = 8
"""Names joined by dots: tomllib's work grows with the square of their number."""
_PART = r"(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MAX_KEY_PARTS}}}")
_STEP = re.compile(r"\bsteps\.(\d+)(\.|\b)")


def read_lesson(content: bytes) -> Lesson:
    """The lesson that a file's content says.

    Raises:
        InvalidLessonError: it is too large, no TOML, or not valid; names the line or the field,
            what was received, and the fix.
    """
    if len(content) > MAX_BYTES:
        raise InvalidLessonError(
            _(
                "A lesson may have {most} kB, this one has {size:,} kB: divide it into two.",
                most=MAX_BYTES // 1024,
                size=-(-len(content) // 1024),
            )
        )
    value = _parsed(content)
    steps = value.get("steps")
    if isinstance(steps, list) and len(steps) > MOST_STEPS:
        raise InvalidLessonError(
            _(
                "steps: a lesson has {most} at most, this one has {n}: divide it into two.",
                most=MOST_STEPS,
                n=len(steps),
            )
        )
    try:
        must_be_small(value)
        return Lesson.model_validate(value)
    except ValidationError as error:
        raise InvalidLessonError(_in_words(explain(error, Lesson))) from error
    except InvalidExperimentError as error:
        raise InvalidLessonError(_in_words(str(error))) from error


def read_lesson_file(path: Path) -> Lesson:
    """The lesson of a file. Raises InvalidLessonError, also where the file cannot be read."""
    try:
        content = read_plain(path, MAX_BYTES + 1)
    except OSError as error:
        raise InvalidLessonError(
            _(
                "'{path}' cannot be read ({error}): give the path of a lesson, FILE.toml.",
                path=shortened(path),
                error=error.strerror,
            )
        ) from error
    try:
        return read_lesson(content)
    except InvalidLessonError as error:
        raise InvalidLessonError(f"{shortened(path.name)}: {error}") from error


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise InvalidLessonError(
            _(
                "A lesson is a text in UTF-8; byte {place:,} of this file is none: save it as"
                " UTF-8.",
                place=error.start,
            )
        ) from error
    found = _LONG_KEY.search(text)
    if found is not None:
        raise InvalidLessonError(
            _(
                "Line {line}: a name of more than {most} parts, '{name}': no field of a lesson has"
                " that many; put a path of 'set' in quotation marks.",
                line=text.count("\n", 0, found.start()) + 1,
                most=MAX_KEY_PARTS,
                name=shortened(found[0]),
            )
        )
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidLessonError(
            _(
                "This is not TOML: {error}. docs/lessons.md has a whole lesson to begin with.",
                error=shortened(error),
            )
        ) from error


def _in_words(said: str) -> str:
    """`step 2: question.text: …` in place of `steps.1.question.text: …`."""
    return _STEP.sub(
        lambda found: (
            _("step {number}", number=int(found[1]) + 1) + (": " if found[2] == "." else "")
        ),
        said,
    )
