"""A class of the test's own, and the application that it is entered by."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from nnlab.classroom import current
from nnlab.classroom.classroom import Classroom
from nnlab.wire.guard.guard import Guard
from nnlab.wire.people import NewPeople
from nnlab.wire.room.door import Door
from nnlab.wire.room.login import Login
from nnlab.wire.room.routes import room_routes
from tests.classroom.of_server import class_of_server
from tests.wire.test_guard import Protocol

MakeApp = Callable[..., Starlette]


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch, runs_dir: Path, own_hub: None) -> Iterator[Classroom]:
    """The class of this process."""
    with class_of_server(monkeypatch) as room:
        yield room


@pytest.fixture
def no_room() -> Iterator[None]:
    """This process has no class."""
    current._only.cache_clear()
    yield
    current._only.cache_clear()


@pytest.fixture
def make_app() -> MakeApp:
    """`make_app(base="/lab")`: guard, door and routes as app.py puts them before the pages."""

    def make(base: str = "", login: Login | None = None) -> Starlette:
        return Starlette(
            routes=[*room_routes(base, login), Route("/{path:path}", page)],
            middleware=[
                Middleware(Guard, protocol=Protocol(), holding=dict, base=base),
                Middleware(Door, leave_for=str.encode, base=base, login=login),
                Middleware(NewPeople),
            ],
        )

    return make


async def page(request: Request) -> HTMLResponse:
    return HTMLResponse(f"the lab at {request.url.path}")
