"""How people join: `/join` for students, `/lecture` for the lecturer."""

from starlette.routing import BaseRoute


def join_routes(_base: str = "") -> list[BaseRoute]:
    """Routes."""
    return []
