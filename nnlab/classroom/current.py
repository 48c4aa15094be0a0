"""The class of this process, and what a person may do here."""

import threading
from functools import cache

from nnlab.classroom.classroom import Classroom
from nnlab.settings import read_settings
from nnlab.visitor import Role, Visitor

_making = threading.Lock()


def classroom() -> Classroom | None:
    """Return the class of this server, None where NNLAB_CLASS is not set.

    Raises:
        NnlabError: a variable of the environment is not valid, or the class cannot be read.
    """
    with _making:  # the server's loop and the threads of pages may ask at once
        return _only()


def role_of(person: str) -> Role:
    """Return a person's role in a shared lab. Raises as `classroom`."""
    room = classroom()
    return room.role_of(person) if room is not None else "guest"


def visitor_of(person: str, address: str) -> Visitor:
    """A visitor of a shared lab. Raises as `classroom`."""
    return Visitor(person, address, role_of(person))


@cache
def _only() -> Classroom | None:
    settings = read_settings()
    if not settings.is_class:
        return None
    room = Classroom(settings.runs_dir)
    room.keep()
    return room
