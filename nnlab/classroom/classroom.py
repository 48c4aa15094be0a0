"""The class of a server: who is in it and what was said to all, in one file of the runs directory.

One process writes it, the server. All methods may be called by many threads at once.
"""

import hmac
import secrets
import threading
import time
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nnlab.classroom.members import MAX_MEMBERS, Member, clean_name, free_name
from nnlab.classroom.state import RoomState
from nnlab.errors import NnlabError
from nnlab.files import cannot_write, read_plain, write_text
from nnlab.texts import _
from nnlab.visitor import Role

FOLDER = ".class"
"""Of the runs directory; all that belongs to the class but its runs, tables and drawings."""
FILE = "class.json"
MOST_BYTES = 4 * 2**20
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of a code: without I and O, which are read as digits."""
CODE_LENGTH = 6


class _Kept(BaseModel):
    """What the file holds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: str
    key: str
    """Whoever has it is a lecturer."""
    created: float
    """Seconds since 1970."""
    members: dict[str, Member] = Field(default_factory=dict)
    """By person."""
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
        """With which a lecturer enters: 32 hexadecimal digits."""
        return self._kept.key

    @property
    def created(self) -> float:
        """Seconds since 1970."""
        return self._kept.created

    @property
    def state(self) -> RoomState:
        """What was said to all."""
        return self._kept.state

    def members(self) -> list[Member]:
        """All, in the order in which they joined."""
        return sorted(self._kept.members.values(), key=lambda member: member.joined)

    def students(self) -> list[Member]:
        """Those who are no lecturers, in the order in which they joined."""
        return [member for member in self.members() if member.role == "student"]

    def member(self, person: str) -> Member | None:
        """Somebody who joined, None for a stranger."""
        return self._kept.members.get(person)

    def role_of(self, person: str) -> Role:
        """`student`, `lecturer` or `stranger`."""
        member = self.member(person)
        return member.role if member is not None else "stranger"

    def join(self, person: str, name: str, code: str) -> Member:
        """Let somebody in as a student; who is in already gets another name, and keeps their role.

        Raises:
            NnlabError: the code is not this class's, the name is empty, or the class is full.
        """
        if not hmac.compare_digest(_as_code(code).encode(), self.code.encode()):
            raise NnlabError(
                _(
                    "This is not the code of the class: it has {count} letters and stands on the"
                    " lecturer's screen.",
                    count=CODE_LENGTH,
                )
            )
        return self._admit(person, name, "student")

    def enter(self, person: str, key: str) -> Member:
        """Let somebody in as a lecturer.

        Raises:
            NnlabError: the key is not this class's.
        """
        if not hmac.compare_digest(key.encode(errors="replace"), self.key.encode()):
            raise NnlabError(
                _("This is not the lecturer's address: the terminal that started the lab shows it.")
            )
        return self._admit(person, "", "lecturer")

    def know_lecturer(self, person: str, name: str) -> Member:
        """Let somebody in as a lecturer who is known by other means (`st.login`)."""
        return self._admit(person, name, "lecturer")

    def remove(self, person: str) -> None:
        """Take somebody out: from now on they are a stranger. Their runs stay."""
        with self._lock:
            members = {key: one for key, one in self._kept.members.items() if key != person}
            self._write(self._kept.model_copy(update={"members": members}))

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

    def begin_anew(self) -> None:
        """Another class: nobody is in it, with another code and another key."""
        with self._lock:
            self._write(_new())

    def _admit(self, person: str, name: str, role: Role) -> Member:
        if not person:
            raise NnlabError(
                _("This browser keeps no cookies, by which the class would know it: allow them.")
            )
        with self._lock:
            members = dict(self._kept.members)
            known = members.pop(person, None)
            if known is None and len(members) >= MAX_MEMBERS:
                raise NnlabError(_("The class is full: it has {most} members.", most=MAX_MEMBERS))
            if known is not None and known.role == "lecturer":
                role = "lecturer"
            said = name or (known.name if known is not None else _("Lecturer"))
            taken = {member.name for member in members.values()}
            member = Member(
                person=person,
                name=free_name(clean_name(said), taken),
                role="lecturer" if role == "lecturer" else "student",
                joined=known.joined if known is not None else time.time(),
            )
            self._write(self._kept.model_copy(update={"members": {**members, person: member}}))
            return member

    def _read(self) -> _Kept:
        path = self.folder / FILE
        try:
            return _Kept.model_validate_json(read_plain(path, MOST_BYTES))
        except FileNotFoundError:
            return _new()
        except (OSError, ValidationError) as error:
            raise NnlabError(
                _(
                    "{path} cannot be read: mend it, or delete it, and another class begins.",
                    path=path.resolve(),
                )
            ) from error

    def _write(self, kept: _Kept) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_text(self.folder / FILE, kept.model_dump_json(indent=1), durable=True)
            (self.folder / FILE).chmod(0o600)  # the key is in it
        except OSError as error:
            raise cannot_write(_("The class"), error) from error
        self._kept = kept
        self.version += 1

    def keep(self) -> None:
        """Write the file, so that a new class keeps its code. Raises NnlabError: it cannot be."""
        with self._lock:
            self._write(self._kept)


def _new() -> _Kept:
    code = "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))
    return _Kept(code=code, key=secrets.token_hex(16), created=time.time())


def _as_code(received: str) -> str:
    """As somebody typed it: small letters and spaces do not matter."""
    return "".join(received[:100].split()).upper()
