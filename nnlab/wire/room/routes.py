"""All routes of a class. Without one they answer 404."""

from starlette.routing import BaseRoute

from nnlab.wire.room.archive import archive_routes
from nnlab.wire.room.join import join_routes
from nnlab.wire.room.login import Login
from nnlab.wire.room.wall import wall_routes


def room_routes(base: str = "", login: Login | None = None) -> list[BaseRoute]:
    """Routes.

    Args:
        base: `server.baseUrlPath`, with or without slashes around it.
        login: what signs lecturers in, if anything does.
    """
    return [*join_routes(base, login), *wall_routes(base), *archive_routes(base)]
