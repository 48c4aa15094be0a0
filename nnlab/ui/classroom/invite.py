"""The invitation: address, QR code and six letters."""

from nnlab.classroom.classroom import Classroom


def show_invitation(_room: Classroom) -> None:
    """How a student joins, large enough for the back row."""
