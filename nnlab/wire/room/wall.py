"""`/wire/class`: what the wall and the strip follow."""

from starlette.routing import BaseRoute


def wall_routes(_base: str = "") -> list[BaseRoute]:
    """Routes."""
    return []
