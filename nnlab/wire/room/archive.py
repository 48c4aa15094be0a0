"""`/class/room.zip`: all that the class made, for its lecturer."""

import time

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from nnlab.classroom.archive import archive_of
from nnlab.classroom.current import classroom
from nnlab.runs.store import Store
from nnlab.settings import read_settings
from nnlab.texts import _
from nnlab.wire.guard.log import refused
from nnlab.wire.paths import below
from nnlab.wire.people import visitor_in

PATH = "/class/room.zip"


def archive_routes(base: str = "") -> list[BaseRoute]:
    """Routes.

    Args:
        base: `server.baseUrlPath`, with or without slashes around it.
    """
    return [Route(below(base, PATH), _archive, methods=["GET"])]


# Not async, and neither is what it sends: Starlette does both in threads.
def _archive(request: Request) -> Response:
    room = classroom()
    if room is None:
        return PlainTextResponse(_("There is no class here."), 404)
    visitor = visitor_in(request.scope)
    if visitor.role != "lecturer":
        refused("all that the class made", visitor)
        return PlainTextResponse(_("Only the lecturer of the class may do this."), 403)
    name = f"class-{time.strftime('%Y-%m-%d')}.zip"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    if request.method == "HEAD":
        return Response(headers=headers, media_type="application/zip")
    pieces = archive_of(room, Store(read_settings().runs_dir))
    return StreamingResponse(pieces, headers=headers, media_type="application/zip")
