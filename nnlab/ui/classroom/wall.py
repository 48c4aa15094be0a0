"""The wall: a live tile of each student."""

from nnlab.classroom.classroom import Classroom


def show_wall(_room: Classroom) -> None:
    """The tiles, and what the lecturer says to all."""
