"""The class's answers to the questions of a lesson, and the outcomes of their runs.

One file of the class, `answers.jsonl`, one JSON object a line, which is only appended to. One
process writes it, the server. All methods may be called by many threads at once.
"""

import threading
import time
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nnlab.classroom.current import classroom
from nnlab.errors import NnlabError
from nnlab.files import append_line, cannot_write, read_plain
from nnlab.texts import _, number

ANSWERS_FILE = "answers.jsonl"
MOST_ANSWERS = 50_000
"""Limit for one class: 400 people, and more questions than a term has."""
MOST_OF_ONE = 1_000
"""Limit for one person, so that one alone cannot use up the limit of the class."""
MOST_WORDS = 300
MOST_ID = 100
MOST_LINE = 4_000
"""Bytes of a line."""
MOST_SIZE = 1e12
"""The largest number accepted as an answer."""
BINS = 8
"""Bins of the histogram of numbers, if there are more different ones."""

Kind = Literal["choice", "number", "place"]
Value = str | int | float | tuple[float, float]


class Answer(BaseModel):
    """One person's answer to one step of a lesson, and the outcome of their run."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    person: str = Field(max_length=MOST_ID)
    lesson: str = Field(max_length=MOST_ID)
    step: int = Field(ge=0, le=1000)
    kind: Kind = "choice"
    value: Value | None = None
    """Predicted: the words of a choice, a number, or a place of the plane; None: nothing yet."""
    seen: Value | None = None
    """The outcome that their run showed; None: none yet."""
    words: str = Field("", max_length=MOST_WORDS)
    """The outcome in a few words, by which the wall counts."""
    at: float = 0.0
    """The time of the first answer, in seconds since 1970."""


@dataclass(frozen=True)
class Histogram:
    """The answers of the class, counted by choice."""

    bars: tuple[tuple[str, int], ...] = ()
    """Words and how many said so: choices by number, numbers in order."""
    places: tuple[tuple[float, float], ...] = ()
    """Places on the plane."""
    count: int = 0
    """Number of people who answered."""


class Answers:
    """See the module."""

    def __init__(self, folder: Path, begun: float = 0.0) -> None:
        """Answers of a class.

        Args:
            folder: the class's.
            begun: when it began, in seconds since 1970: older answers are another's.

        Raises:
            NnlabError: the file cannot be read.
        """
        self._path, self._begun = folder / ANSWERS_FILE, begun
        self._lock = threading.RLock()
        self._by_step: dict[tuple[str, int], dict[str, Answer]] = {}
        self._of_one: Counter[str] = Counter()
        """Lines of each person."""
        self.count = 0
        """Lines so far: it grows with every answer."""
        self._read()

    def predicted(self, person: str, lesson: str, step: int, kind: Kind, value: Value) -> Answer:
        """Keep a prediction. The first one stands: a later one changes nothing.

        Args:
            person: who.
            lesson: the id of the lesson.
            step: of it, from 0.
            kind: `choice` with its words, `number`, or `place` with (x₁, x₂).
            value: finite; words of 300 characters at most.

        Raises:
            NnlabError: the value is none of that kind, there are too many answers, or it cannot
                be written.
        """
        _must_be(kind, value)
        with self._lock:
            known = self.of(lesson, step).get(person)
            if known is not None and known.value is not None:
                return known
            return self._keep(person, lesson, step, {"kind": kind, "value": value})

    def outcome(self, person: str, lesson: str, step: int, value: Value, words: str) -> Answer:
        """Keep what their run showed; the newest counts. Raises as `predicted`."""
        kinds: dict[type, Kind] = {str: "choice", tuple: "place"}
        _must_be(kinds.get(type(value), "number"), value)
        changes = {"seen": value, "words": words[:MOST_WORDS]}
        with self._lock:
            known = self.of(lesson, step).get(person)
            if known is not None and (known.seen, known.words) == (value, changes["words"]):
                return known
            return self._keep(person, lesson, step, changes)

    def of(self, lesson: str, step: int) -> dict[str, Answer]:
        """Return the answers by person."""
        with self._lock:
            return dict(self._by_step.get((lesson, step), {}))

    def histogram(self, lesson: str, step: int) -> Histogram:
        """The predictions."""
        given = [one for one in self.of(lesson, step).values() if one.value is not None]
        places = tuple(one.value for one in given if isinstance(one.value, tuple))
        words = Counter(one.value for one in given if isinstance(one.value, str))
        numbers = [one.value for one in given if isinstance(one.value, int | float)]
        bars = (*words.most_common(), *_bins(numbers))
        return Histogram(tuple(bars), places, len(given))

    def outcomes(self, lesson: str, step: int) -> Histogram:
        """Count the runs' outcomes, by their texts."""
        seen = [one for one in self.of(lesson, step).values() if one.seen is not None]
        words = Counter(one.words or str(one.seen) for one in seen)
        return Histogram(tuple(words.most_common()), (), len(seen))

    def _keep(self, person: str, lesson: str, step: int, changes: dict[str, Any]) -> Answer:
        if self.count >= MOST_ANSWERS:
            raise NnlabError(
                _("The class has given {most:,} answers: begin another.", most=MOST_ANSWERS)
            )
        if self._of_one[person] >= MOST_OF_ONE:
            raise NnlabError(
                _("You have given {most:,} answers: no more of yours are kept.", most=MOST_OF_ONE)
            )
        known = self.of(lesson, step).get(person)
        before = known.model_dump() if known is not None else {"at": time.time()}
        try:
            answer = Answer.model_validate(
                {**before, "person": person, "lesson": lesson, "step": step, **changes}
            )
        except ValidationError as error:
            raise NnlabError(
                _(
                    "This is no answer to a step of a lesson: {error}",
                    error=error.errors()[0]["msg"],
                )
            ) from error
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            append_line(self._path, answer.model_dump_json())
        except OSError as error:
            raise cannot_write(_("The answer"), error) from error
        self._add(answer)
        return answer

    def _add(self, answer: Answer) -> None:
        self._by_step.setdefault((answer.lesson, answer.step), {})[answer.person] = answer
        self._of_one[answer.person] += 1
        self.count += 1

    def _read(self) -> None:
        try:
            content = read_plain(self._path, MOST_ANSWERS * MOST_LINE)
        except FileNotFoundError:
            return
        except OSError as error:
            raise NnlabError(
                _("{path} cannot be read: repair it, or delete it.", path=self._path.resolve())
            ) from error
        for line in content.splitlines()[:MOST_ANSWERS]:
            try:
                answer = Answer.model_validate_json(line)
            except ValidationError:
                continue  # a crash cut it short
            if answer.at >= self._begun:
                self._add(answer)


def answers() -> Answers | None:
    """Return the answers of this server's class, None without a class.

    Raises:
        NnlabError: the class or the file cannot be read.
    """
    room = classroom()
    return _of(room.folder, room.created) if room is not None else None


@cache
def _of(folder: Path, begun: float) -> Answers:
    return Answers(folder, begun)


def _must_be(kind: Kind, value: object) -> None:
    match kind, value:
        case "choice", str() if 0 < len(value) <= MOST_WORDS:
            return
        case "number", int() | float() if _fits(value):
            return
        case "place", (int() | float() as x, int() | float() as y) if _fits(x) and _fits(y):
            return
    raise NnlabError(
        _(
            "An answer of the kind {kind} was expected, got {said}.",
            kind=kind,
            said=repr(value)[:40],
        )
    )


def _fits(value: float) -> bool:
    return not isinstance(value, bool) and abs(value) <= MOST_SIZE  # NaN is not


def _bins(numbers: list[float]) -> list[tuple[str, int]]:
    """Each number with how many said it; of many different ones, stretches of equal width."""
    counted = Counter(numbers)
    if len(counted) <= BINS:
        return [(number(value, 4), counted[value]) for value in sorted(counted)]
    low, high = min(numbers), max(numbers)
    width = (high - low) / BINS
    bins = [0] * BINS
    for value in numbers:
        bins[min(BINS - 1, int((value - low) / width))] += 1
    edges = [low + width * i for i in range(BINS + 1)]
    return [
        (_("{low} to {high}", low=number(edges[i], 3), high=number(edges[i + 1], 3)), bins[i])
        for i in range(BINS)
    ]
