"""`/class/room.zip`: all that the class made."""

from starlette.routing import BaseRoute


def archive_routes(_base: str = "") -> list[BaseRoute]:
    """Routes."""
    return []
