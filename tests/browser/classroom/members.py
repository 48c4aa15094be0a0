"""Browsers of a class whose members are in before its server starts."""

from dataclasses import dataclass
from pathlib import Path

from nnlab.classroom.classroom import Classroom
from nnlab.settings import Settings
from nnlab.wire.people import People
from nnlab.wire.tokens import key_of
from tests.browser.lab import Lab


@dataclass(frozen=True)
class Members:
    """Of a class: a lecturer, and students by their names."""

    known: People
    cookies: dict[str, str]
    """By name."""

    def admit(self, lab: Lab, name: str) -> Lab:
        """The page as this member's browser has it."""
        lab.page.context.add_cookies(
            [{"name": self.known.cookie, "value": self.cookies[name], "url": lab.app.url}]
        )
        return lab


def members_of(home: Path, *students: str) -> Members:
    """A class with a `Lecturer` and these students, for the server that `start_app` starts there.

    Args:
        home: the test's `tmp_path`.
        students: their names.
    """
    runs_dir = home / "app" / "runs"
    runs_dir.mkdir(parents=True)
    known, room = People(key_of(Settings(runs_dir=runs_dir))), Classroom(runs_dir)
    cookies = {name: known.new_cookie() for name in ("Lecturer", *students)}
    persons = {name: known.person_of({known.cookie: one}) for name, one in cookies.items()}
    room.enter(persons["Lecturer"], room.key)
    for name in students:
        room.join(persons[name], name, room.code)
    return Members(known, cookies)
