"""`/wire/class`: what the wall and the strip follow, one socket a page."""

import threading
from collections.abc import Collection
from functools import cache

from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from nnlab.classroom.current import classroom
from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.wire.hub import hub
from nnlab.wire.origin import must_be_own
from nnlab.wire.paths import below
from nnlab.wire.people import visitor_in
from nnlab.wire.refusals import refusal_of
from nnlab.wire.room.ticker import Place, Ticker
from nnlab.wire.room.viewer import RoomViewer, Wanted, only_lecturers, read_wanted
from nnlab.wire.socket import Incoming, both, close, send


def wall_routes(base: str = "") -> list[BaseRoute]:
    """Routes. `base` is `server.baseUrlPath`, with or without slashes around it."""
    return [WebSocketRoute(below(base, "/wire/class"), converse)]


async def converse(socket: WebSocket, allowed: Collection[str] = ()) -> None:
    """Serve one socket until it goes, or its person is a member no more."""
    try:
        is_class = classroom() is not None
    except NnlabError:
        is_class = False
    if not is_class:
        await _not_found(socket)
        return
    await socket.accept()
    try:
        must_be_own(socket.headers, allowed)
        if visitor_in(socket.scope).role not in ("student", "lecturer"):
            raise only_lecturers()
        with ticker().place() as place:
            await _exchange(socket, place)
    except NnlabError as error:
        await close(socket, refusal_of("", error))
    except WebSocketDisconnect:
        pass  # it went: nobody is there to be told


async def _exchange(socket: WebSocket, place: Place) -> None:
    viewer = RoomViewer(ticker(), place)
    incoming: Incoming[Wanted] = Incoming(socket, read_wanted)

    async def tell() -> None:
        while True:
            for message in viewer.news(visitor_in(socket.scope)):
                await send(socket, message)
            await viewer.wait()

    async def listen() -> None:
        while True:
            viewer.want(await incoming.next(), visitor_in(socket.scope))

    await both(tell(), listen())


async def _not_found(socket: WebSocket) -> None:
    if "websocket.http.response" in socket.scope.get("extensions", {}):
        await socket.send_denial_response(PlainTextResponse(_("There is no class here."), 404))
    else:
        await socket.close(4404)


_making = threading.Lock()


def ticker() -> Ticker:
    """The one of this process, made when it is asked for first.

    Raises:
        NnlabError: a variable of the environment is not valid, or the class cannot be read.
    """
    with _making:
        return _only_ticker()


@cache
def _only_ticker() -> Ticker:
    room = classroom()
    if room is None:
        raise NnlabError(_("There is no class here."))
    return Ticker(room, hub())
