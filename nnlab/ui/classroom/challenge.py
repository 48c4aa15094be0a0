"""The challenge: its goal and the leaderboard, and how a student hands in."""

from nnlab.classroom.classroom import Classroom
from nnlab.visitor import Visitor


def show_challenge(_room: Classroom, _who: Visitor) -> None:
    """The challenge of the class, if there is one."""
