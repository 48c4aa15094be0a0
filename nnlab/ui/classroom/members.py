"""Who is in the class, and its end."""

from nnlab.classroom.classroom import Classroom


def show_members(_room: Classroom) -> None:
    """Everybody who joined."""


def show_end(_room: Classroom) -> None:
    """All that the class made in one file, and its deletion."""
