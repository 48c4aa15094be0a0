"""The challenge of a class and the looks that were taken, in two files of the class's folder.

`challenge.json` says what the challenge is, and the secret of its test set. `looks.jsonl` has a
line for each look. Whether the challenge is open or revealed stands in `RoomState.challenge` alone.

**Who learns what, and when.** A look tells one student the figure of their own run, is counted,
and is on the disk before it is told. Nobody else learns it, the lecturer's screen included (it
hangs on the wall), until the lecturer reveals all at once. That ends the challenge: with the
figures of others in sight nobody may look any more.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nnlab.classroom.challenge.challenge import MAX_LOOKS, Challenge
from nnlab.classroom.classroom import Classroom
from nnlab.classroom.members import MAX_MEMBERS
from nnlab.classroom.rights import NotAllowedError, must_lead
from nnlab.config import Data
from nnlab.config.data import opens_test
from nnlab.errors import NnlabError
from nnlab.files import append_line, cannot_write, read_plain, write_text
from nnlab.texts import _
from nnlab.visitor import Visitor

logger = logging.getLogger("nnlab.challenge")

CHALLENGE = "challenge.json"
LOOKS = "looks.jsonl"
MOST_BYTES = 256 * 2**10
"""Limit for the file of a challenge."""
MOST_LINES = MAX_MEMBERS * MAX_LOOKS
MOST_LOOK_BYTES = MOST_LINES * 1_024


class Told(BaseModel):
    """The part of the challenge that every page may know: `RoomState.challenge`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    title: str
    open: bool = True
    """Looks can be taken."""
    revealed: bool = False
    """All figures are shown; it is not open then."""
    closed: float | None = None
    """The time of closing, in seconds since 1970; None while it is open."""


class Look(BaseModel):
    """One look at the sealed test set."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    challenge: str
    person: str
    name: str
    """The student's, as it was then."""
    number: int = Field(ge=1, le=MAX_LOOKS)
    """The student's first, second, …"""
    run: str
    step: int = Field(ge=0)
    """Step of the weights."""
    parameters: int = Field(ge=1)
    loss: float
    """The mean over the sealed examples."""
    accuracy: float | None = Field(None, ge=0, le=1)
    """None where a number is predicted."""
    at: float
    """Seconds since 1970."""

    @property
    def figure(self) -> float:
        """The figure that counts: the accuracy, else the loss."""
        return self.loss if self.accuracy is None else self.accuracy


@dataclass(frozen=True)
class Measured:
    """The figures of a run's newest weights on the sealed test set."""

    run: str
    step: int
    parameters: int
    loss: float
    accuracy: float | None


@dataclass(frozen=True)
class HandedIn:
    """A person who has handed in, without a figure."""

    person: str
    name: str
    looks: int
    last: float
    """The time of their last submission, in seconds since 1970."""


class Challenges:
    """The challenge of one class: one at a time. All methods may be called by many threads."""

    def __init__(self, room: Classroom) -> None:
        """Raises NnlabError: a file cannot be read."""
        self._folder = room.folder
        self._class = room
        self._lock = threading.RLock()
        self._challenge = self._read_challenge()
        self._looks = self._read_looks()

    @property
    def told(self) -> Told | None:
        """The state of the challenge; None without one."""
        said = self._class.state.challenge
        return Told.model_validate(said) if said is not None else None

    @property
    def challenge(self) -> Challenge | None:
        """The challenge, with its secret: not for pages of students. None: there is none."""
        told, found = self.told, self._challenge
        return found if told is not None and found is not None and told.id == found.id else None

    @property
    def students(self) -> int:
        """How many are in the class."""
        return len(self._class.students())

    @property
    def students_in(self) -> set[str]:
        """The persons of those who are in the class."""
        return {member.person for member in self._class.students()}

    def begin(self, challenge: Challenge, who: Visitor) -> None:
        """Open a challenge. The one before must have been revealed or withdrawn; its looks go.

        Raises:
            NotAllowedError: by somebody who is no lecturer.
            NnlabError: there is one already, or a file cannot be written.
        """
        must_lead(who)
        with self._lock:
            told = self.told
            if self.challenge is not None and told is not None and not told.revealed:
                raise NnlabError(
                    _("There is a challenge already: reveal its figures or withdraw it first.")
                )
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                path = self._folder / CHALLENGE
                write_text(path, challenge.model_dump_json(indent=1), durable=True)
                path.chmod(0o600)  # the secret is in it
                write_text(self._folder / LOOKS, "", durable=True)
            except OSError as error:
                raise cannot_write(_("The challenge"), error) from error
            self._challenge, self._looks = challenge, []
            self._tell(Told(id=challenge.id, title=challenge.title))

    def close(self, who: Visitor) -> None:
        """Close the challenge: nobody can submit any more.

        Raises NotAllowedError: by no lecturer.
        """
        self._change(who, open=False, closed=time.time())

    def reopen(self, who: Visitor) -> None:
        """Looks can be taken again.

        Raises:
            NotAllowedError: by no lecturer.
            NnlabError: the figures are revealed.
        """
        told = self._must_be(who)
        if told.revealed:
            raise NnlabError(
                _("The figures are revealed, so that nobody can look any more: make another one.")
            )
        self._change(who, open=True, closed=None)

    def reveal(self, who: Visitor) -> None:
        """Show all figures to all, and close the challenge. Raises NotAllowedError."""
        told = self._must_be(who)
        self._change(who, open=False, revealed=True, closed=told.closed or time.time())

    def withdraw(self, who: Visitor) -> None:
        """End the challenge; figures that were not revealed stay unknown."""
        must_lead(who)
        with self._lock:
            self._class.change(challenge=None)

    def looks_of(self, person: str) -> list[Look]:
        """A student's own looks, the first one first."""
        return [look for look in self._current() if look.person == person]

    def handed_in(self) -> list[HandedIn]:
        """List who has handed in, by name, so that the order says nothing of the figures."""
        found: dict[str, HandedIn] = {}
        for look in self._current():
            found[look.person] = HandedIn(look.person, self._name(look), look.number, look.at)
        return sorted(found.values(), key=lambda one: (one.name.casefold(), one.person))

    def revealed_looks(self) -> list[Look]:
        """All looks, with the names that the students have now.

        Raises:
            NotAllowedError: the figures are not revealed.
        """
        with self._lock:
            told = self.told
            if told is None or not told.revealed:
                raise NotAllowedError(_("The figures are sealed until the lecturer reveals them."))
            looks = self._current()
            return [look.model_copy(update={"name": self._name(look)}) for look in looks]

    def must_be_new(self, person: str, run: str, step: int) -> None:
        """Refuse what would get the same figure once more. Raises NnlabError: it was handed in."""
        if any((look.run, look.step) == (run, step) for look in self.looks_of(person)):
            raise NnlabError(
                _(
                    "You have handed in this network at step {step:,} already, and it would get"
                    " the same figure: train it on, or hand in another.",
                    step=step,
                )
            )

    def take(self, who: Visitor, number: int, measure: Callable[[], Measured]) -> Look:
        """Take a look: measure, write it down, tell it. Looks are taken one after another.

        Args:
            who: the student.
            number: which of their looks they mean to take, from 1: of two clicks on the same
                button the second is refused.
            measure: what may be refused (NnlabError), and costs no look then.

        Raises:
            NotAllowedError: by somebody who is no student of the class.
            NnlabError: none is open, no look is left, or `number` is not the next; or as
                `measure` says.
        """
        with self._lock:
            challenge, name = self._must_be_open(who)
            taken = self.looks_of(who.person)
            if len(taken) >= challenge.looks:
                raise NnlabError(
                    _(
                        "No look is left: a challenge of {most} looks lets each student hand in"
                        " {most} times, and you did.",
                        most=challenge.looks,
                    )
                )
            if number != len(taken) + 1:
                raise NnlabError(
                    _(
                        "Look {number} was taken already, and counts once: the next one is look"
                        " {next}.",
                        number=number,
                        next=len(taken) + 1,
                    )
                )
            found = measure()
            look = Look(
                challenge=challenge.id,
                person=who.person,
                name=name,
                number=number,
                run=found.run,
                step=found.step,
                parameters=found.parameters,
                loss=found.loss,
                accuracy=found.accuracy,
                at=time.time(),
            )
            self._keep(look)
            return look

    # Inside ------------------------------------------------------------------------------------

    def _current(self) -> list[Look]:
        challenge = self.challenge
        looks = self._looks
        return [one for one in looks if challenge is not None and one.challenge == challenge.id]

    def _name(self, look: Look) -> str:
        member = self._class.member(look.person)
        return member.name if member is not None else look.name

    def _must_be(self, who: Visitor) -> Told:
        must_lead(who)
        told = self.told
        if told is None or self.challenge is None:
            raise NnlabError(_("There is no challenge: make one."))
        return told

    def _must_be_open(self, who: Visitor) -> tuple[Challenge, str]:
        member = self._class.member(who.person)
        if who.role != "student" or member is None or member.role != "student":
            logger.warning("Refused to hand in: no student (%s)", who.address)
            raise NotAllowedError(_("Only students of the class hand in: join it first."))
        told, challenge = self.told, self.challenge
        if told is None or challenge is None:
            raise NnlabError(_("There is no challenge now: wait for the lecturer to make one."))
        if not told.open:
            raise NnlabError(_("The challenge is closed: nothing can be handed in any more."))
        return challenge, member.name

    def _change(self, who: Visitor, **changes: Any) -> None:
        with self._lock:
            told = self._must_be(who)
            self._tell(told.model_copy(update=changes))

    def _tell(self, told: Told) -> None:
        self._class.change(challenge=told.model_dump())

    def _keep(self, look: Look) -> None:
        try:
            append_line(self._folder / LOOKS, look.model_dump_json(), durable=True)
        except OSError as error:
            raise cannot_write(_("The look"), error) from error
        self._looks = [*self._looks, look]
        self._class.touch()

    def _read_challenge(self) -> Challenge | None:
        path = self._folder / CHALLENGE
        try:
            return Challenge.model_validate_json(read_plain(path, MOST_BYTES))
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise NnlabError(
                _(
                    "{path} cannot be read: repair it, or delete it, and there is no challenge.",
                    path=path.resolve(),
                )
            ) from error

    def _read_looks(self) -> list[Look]:
        path = self._folder / LOOKS
        try:
            content = read_plain(path, MOST_LOOK_BYTES)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise NnlabError(
                _("{path} cannot be read ({error}).", path=path.resolve(), error=error.strerror)
            ) from error
        looks = []
        for line in content.splitlines()[:MOST_LINES]:
            try:
                looks.append(Look.model_validate_json(line))
            except ValidationError:
                # A crash cut it short: its figure was told to nobody, so it is no look.
                logger.warning("A line of %s is no look, and is passed over", LOOKS)
        return looks


_making = threading.Lock()


def challenges_of(room: Classroom) -> Challenges:
    """Return the challenges of a class. Raises NnlabError: a file cannot be read."""
    with _making:  # two would have two locks
        return _of(room)


@lru_cache(maxsize=4)  # a server has one class
def _of(room: Classroom) -> Challenges:
    return Challenges(room)


def challenge_line(room: Classroom, who: Visitor) -> str | None:
    """The challenge in a few words for one person, without a figure; None: there is none.

    The title in it is the lecturer's: plain text, no Markdown.
    """
    kept = challenges_of(room)
    told, challenge = kept.told, kept.challenge
    if told is None or challenge is None:
        return None
    if told.revealed:
        return _("{title} · revealed", title=told.title)
    if not told.open:
        return _("{title} · closed", title=told.title)
    if who.role != "student":
        return _(
            "{title} · {n} has handed in",
            "{title} · {n} have handed in",
            n=len(kept.handed_in()),
            title=told.title,
        )
    left = challenge.looks - len(kept.looks_of(who.person))
    return _(
        "{title} · {n} look left",
        "{title} · {n} looks left",
        n=left,
        title=told.title,
    )


def must_stay_sealed(room: Classroom | None, who: Visitor, data: Data, *, asked: bool) -> None:
    """Refuse a student who would see a figure of the sealed test pictures past the challenge.

    Args:
        room: the class, None where there is none.
        who: who asks.
        data: of the run.
        asked: somebody opens the test set; else a run begins, which may do so by itself.

    Raises:
        NnlabError: there is a challenge on these pictures whose figures are not revealed.
    """
    if room is None or who.role != "student":
        return
    kept = challenges_of(room)
    told, challenge = kept.told, kept.challenge
    if told is None or challenge is None or told.revealed:
        return
    if challenge.has_test_part_of(data) and (asked or opens_test(data) != "sealed"):
        raise NnlabError(
            _(
                "The test set of '{kind}' is sealed until the lecturer reveals the figures of the"
                " challenge: hand the run in on the page of the class, which counts as a look, or"
                " train with data.test='sealed'.",
                kind=data.kind,
            )
        )
