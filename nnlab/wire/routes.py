"""The routes `/wire` and `/wire/frame`, as docs/wire.md says them."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from nnlab.wire.paths import below
from nnlab.wire.plain import answer
from nnlab.wire.socket import converse


def wire_routes(base: str = "", allowed: Sequence[str] = ()) -> list[BaseRoute]:
    """Return the routes that follow a run. Creating them reads nothing and starts no task.

    Args:
        base: `server.baseUrlPath`, with or without slashes around it.
        allowed: origins beside the server's own whose pages may ask, as `https://lab.example`.
    """

    async def socket(websocket: WebSocket) -> None:
        await converse(websocket, allowed)

    async def frame(request: Request) -> Response:
        return await answer(request, allowed)

    return [
        WebSocketRoute(below(base, "/wire"), socket),
        Route(below(base, "/wire/frame"), frame, methods=["GET"]),
    ]
