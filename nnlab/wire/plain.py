"""`/wire/frame`: a frame by a plain GET request, where a socket cannot be had."""

import asyncio
from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from nnlab.errors import NnlabError
from nnlab.wire.hub import hub
from nnlab.wire.origin import must_be_own
from nnlab.wire.people import visitor_in
from nnlab.wire.refusals import refusal_of
from nnlab.wire.request import from_query
from nnlab.wire.viewer import Viewer

WAIT_SECONDS = 10.0
"""Seconds to wait for news; after that the answer has none."""
HEADERS = {"Cache-Control": "no-store"}


async def answer(request: Request, allowed: Collection[str] = ()) -> Response:
    """The next frame for who asks, or why there is none."""
    try:
        data = await _frame(request, allowed)
    except NnlabError as error:
        refusal = refusal_of("", error)
        return PlainTextResponse(str(refusal), refusal.status, HEADERS)
    return Response(data, headers=HEADERS, media_type="application/octet-stream")


async def _frame(request: Request, allowed: Collection[str]) -> bytes:
    must_be_own(request.headers, allowed)
    shared = hub()
    with shared.place():
        token = request.query_params.get("token", "")
        run = shared.admit(token, visitor_in(request.scope))
        asked = from_query(request.query_params)
        waker = asyncio.Event()
        with shared.feed(run, waker) as feed:
            begins = not asked.offset and not asked.version
            try:
                viewer = Viewer(feed, asked, waker, knows_status=not begins)
                return (await viewer.wait(WAIT_SECONDS) or viewer.sign_of_life()).data
            except OSError as error:
                raise refusal_of(run.id, error) from error
