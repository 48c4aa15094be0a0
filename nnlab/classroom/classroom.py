"""The class of a server: who is in it and what was said to all, in one file of the runs directory.

One process writes it, the server. All methods may be called by many threads at once.
"""

import hmac
import secrets
import threading
import time
import unicodedata
from collections.abc import Collection
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nnlab.classroom.members import MAX_MEMBERS, Member, clean_name, free_name
from nnlab.classroom.state import RoomState
from nnlab.errors import NnlabError
from nnlab.files import cannot_write, read_plain, write_text
from nnlab.texts import _
from nnlab.visitor import Role

FOLDER = ".class"
"""Folder of the runs directory for everything of the class but runs, tables and drawings."""
CLASS_FILE = "class.json"
MOST_BYTES = 4 * 2**20
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters of a code: without I and O, which are read as digits."""
CODE_LENGTH = 6
MAX_LECTURERS = 40
"""Counted apart: a class that is full of students still lets its lecturer in."""
MAX_LEFT = 4_000
"""Persons taken out of the class who are remembered, so that its end deletes their runs, too."""


class WrongCodeError(NnlabError):
    """A code or a key that is not this class's."""


class _Kept(BaseModel):
    """The content of the class's file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: str = Field(pattern=f"^[{LETTERS}]{{{CODE_LENGTH}}}$")
    key: str = Field(pattern="^[0-9a-f]{32}$")
    """The lecturer's key: its holder is a lecturer."""
    created: float
    """Seconds since 1970."""
    members: dict[str, Member] = Field(default_factory=dict)
    """Members by person."""
    left: tuple[str, ...] = ()
    """Persons who were taken out, the newest last."""
    state: RoomState = RoomState()


class Classroom:
    """One class at a time. Survives a restart of the server."""

    def __init__(self, runs_dir: Path) -> None:
        """`runs_dir` is made when it is first written."""
        self.folder = runs_dir / FOLDER
        self._lock = threading.RLock()
        self._kept = self._read()
        self.version = 0
        """Grows with every change: whoever shows the class looks whether it did."""

    @property
    def code(self) -> str:
        """Six letters with which a student joins."""
        return self._kept.code

    @property
    def key(self) -> str:
        """Key of the lecturers: 32 hexadecimal digits."""
        return self._kept.key

    @property
    def created(self) -> float:
        """Seconds since 1970."""
        return self._kept.created

    @property
    def state(self) -> RoomState:
        """The state shared with all members."""
        return self._kept.state

    def members(self) -> list[Member]:
        """All, in the order in which they joined."""
        return sorted(self._kept.members.values(), key=lambda member: member.joined)

    def students(self) -> list[Member]:
        """Members who are not lecturers, in the order in which they joined."""
        return [member for member in self.members() if member.role == "student"]

    def member(self, person: str) -> Member | None:
        """Return the member with this id, None for a stranger."""
        return self._kept.members.get(person)

    def role_of(self, person: str) -> Role:
        """`student`, `lecturer` or `stranger`."""
        member = self.member(person)
        return member.role if member is not None else "stranger"

    def persons(self) -> set[str]:
        """All who ever belonged to this class, also those who were taken out."""
        return {*self._kept.members, *self._kept.left}

    def join(self, person: str, name: str, code: str) -> Member:
        """Let somebody in as a student; who is in already gets another name, and keeps their role.

        Raises:
            WrongCodeError: the code is not this class's.
            NnlabError: the name is empty, or the class is full.
        """
        if not self.has_code(code):
            raise WrongCodeError(
                _(
                    "This is not the code of the class: it has {count} letters and stands on the"
                    " lecturer's screen.",
                    count=CODE_LENGTH,
                )
            )
        return self._admit(person, clean_name(name), "student")

    def has_code(self, code: str) -> bool:
        """Whether it is this class's; small letters, spaces and hyphens do not matter."""
        return hmac.compare_digest(_as_code(code).encode(errors="replace"), self.code.encode())

    def take_another_code(self, stay: Collection[str] | None = None) -> int:
        """Replace the code. Members stay members; others need the new code.

        Args:
            stay: the students who stay in; None: all. Lecturers stay in any case.

        Returns:
            How many were taken out.

        Raises:
            NnlabError: it cannot be written.
        """
        with self._lock:
            self._write(self._kept.model_copy(update={"code": _new().code}))
            persons = {member.person for member in self.students()}
            going = persons.difference(persons if stay is None else stay)
            if going:
                self._take_out(going)
            return len(going)

    def enter(self, person: str, key: str) -> Member:
        """Let somebody in as a lecturer.

        Raises:
            WrongCodeError: the key is not this class's.
        """
        if not hmac.compare_digest(key.encode(errors="replace"), self.key.encode()):
            raise WrongCodeError(
                _("This is not the lecturer's address: the terminal that started the lab shows it.")
            )
        return self._admit(person, "", "lecturer")

    def know_lecturer(self, person: str, name: str) -> Member:
        """Let somebody in as a lecturer who is known by other means (`st.login`)."""
        return self._admit(person, name, "lecturer")

    def remove(self, person: str) -> None:
        """Take somebody out: from now on they are a stranger. Their runs stay until the end."""
        self._take_out({person})

    def remove_students(self) -> None:
        """Take all students out. Their runs stay until the end."""
        self._take_out({member.person for member in self.students()})

    def rename(self, person: str, name: str) -> Member:
        """Give a member another name.

        Raises:
            NnlabError: the name is empty, or they are no member (any more).
        """
        with self._lock:
            known = self.member(person)
            if known is None:
                raise NnlabError(_("They are not in the class any more: reload the page."))
            return self._admit(person, clean_name(name), known.role)

    def change(self, **changes: object) -> RoomState:
        """Say something else to all: fields of `RoomState`.

        Raises:
            NnlabError: it cannot be written.
        """
        with self._lock:
            state = RoomState.model_validate({**self.state.model_dump(), **changes})
            self._write(self._kept.model_copy(update={"state": state}))
            return state

    def touch(self) -> None:
        """Tell whoever shows the class that something of it changed that lies in another file."""
        with self._lock:
            self.version += 1

    def begin_anew(self, lecturer: str = "") -> None:
        """Another class, with another code and another key.

        Nobody is in it but `lecturer`, who has to be one of this class.
        """
        with self._lock:
            known = self.member(lecturer)
            stays = known is not None and known.role == "lecturer"
            members = {lecturer: known} if known is not None and stays else {}
            self._write(_new().model_copy(update={"members": members}))

    def _take_out(self, persons: set[str]) -> None:
        with self._lock:
            members = {key: one for key, one in self._kept.members.items() if key not in persons}
            gone = [key for key in self._kept.members if key in persons]
            left = [key for key in self._kept.left if key not in persons] + gone
            changes = {"members": members, "left": tuple(left[-MAX_LEFT:])}
            self._write(self._kept.model_copy(update=changes))

    def _admit(self, person: str, name: str, role: Role) -> Member:
        if not person:
            raise NnlabError(
                _("This browser keeps no cookies, by which the class would know it: allow them.")
            )
        with self._lock:
            members = dict(self._kept.members)
            known = members.pop(person, None)
            if known is not None and known.role == "lecturer":
                role = "lecturer"
            _must_have_room(members, role)
            said = name or (known.name if known is not None else _("Lecturer"))
            taken = {other.name for other in members.values()}
            if role == "student":
                taken.add(_("Lecturer"))  # who is here before the lecturer does not pass for one
            member = Member(
                person=person,
                name=free_name(clean_name(said), taken),
                role="lecturer" if role == "lecturer" else "student",
                joined=known.joined if known is not None else time.time(),
            )
            changes = {
                "members": {**members, person: member},
                "left": tuple(key for key in self._kept.left if key != person),
            }
            self._write(self._kept.model_copy(update=changes))
            return member

    def _read(self) -> _Kept:
        path = self.folder / CLASS_FILE
        try:
            return _Kept.model_validate_json(read_plain(path, MOST_BYTES))
        except FileNotFoundError:
            return _new()
        except (OSError, ValidationError) as error:
            raise NnlabError(
                _(
                    "{path} cannot be read: repair it, or delete it, and another class begins.",
                    path=path.resolve(),
                )
            ) from error

    def _write(self, kept: _Kept) -> None:
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(exist_ok=True)
            self.folder.chmod(0o700)  # the key is in it
            write_text(self.folder / CLASS_FILE, kept.model_dump_json(indent=1), durable=True)
        except OSError as error:
            raise cannot_write(_("The class"), error) from error
        self._kept = kept
        self.version += 1

    def keep(self) -> None:
        """Write the file, so that a new class keeps its code. Raises NnlabError: it cannot be."""
        with self._lock:
            self._write(self._kept)


def _must_have_room(members: dict[str, Member], role: Role) -> None:
    """Raises NnlabError where as many of that role as may be are in beside the one who comes."""
    most = MAX_LECTURERS if role == "lecturer" else MAX_MEMBERS
    if sum(member.role == role for member in members.values()) >= most:
        raise NnlabError(_("The class is full: it has {most} members.", most=most))


def _new() -> _Kept:
    code = "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))
    return _Kept(code=code, key=secrets.token_hex(16), created=time.time())


def _as_code(received: str) -> str:
    """Normalise a typed code: lower case, spaces, hyphens and wide letters do not matter."""
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKC", received[:100]))).upper()
