"""How people join: `/join` for students, `/lecture` for the lecturer.

Both are plain HTTP: the cookie that says who somebody is is `HttpOnly`, so no script can set it.
"""

from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from nnlab.classroom.classroom import Classroom, WrongCodeError
from nnlab.classroom.current import classroom
from nnlab.errors import NnlabError
from nnlab.settings import read_settings
from nnlab.texts import _
from nnlab.visitor import Visitor
from nnlab.wire.guard.buckets import Buckets
from nnlab.wire.guard.log import refused
from nnlab.wire.origin import PORTS, must_be_own
from nnlab.wire.paths import below
from nnlab.wire.people import People, cookies_of, people
from nnlab.wire.refusals import RefusedError
from nnlab.wire.room.form import read_form
from nnlab.wire.room.join_page import join_page, notice_page
from nnlab.wire.room.login import Login, NoLogin

WRONG_RATE, WRONG_BURST = 1 / 6, 20
"""Wrong codes and keys of one person a second, and after a pause; those of an address who have no
cookie are one person. 24⁶ codes would take one address, which is given 20 cookies a minute, a year
and more."""
CAME = "came"
"""The parameter of `/join` after somebody joined who had no cookie: did the browser keep it?"""
UNKEPT = {"Cache-Control": "no-store"}


def join_routes(base: str = "", login: Login | None = None) -> list[BaseRoute]:
    """Routes.

    Args:
        base: `server.baseUrlPath`, with or without slashes around it.
        login: what signs lecturers in, if anything does.
    """
    joining = _Joining(base, login or NoLogin())
    return [
        Route(below(base, "/join"), joining.form, methods=["GET"]),
        Route(below(base, "/join"), joining.join, methods=["POST"]),
        Route(below(base, "/lecture"), joining.lecture, methods=["GET"]),
    ]


class _Joining:
    def __init__(self, base: str, login: Login) -> None:
        self._lab, self._class = below(base, "/"), below(base, "/class")
        self._join, self._lecture = below(base, "/join"), below(base, "/lecture")
        self._login = login
        self._wrong = Buckets(WRONG_RATE, WRONG_BURST)

    async def form(self, request: Request) -> Response:
        """The form; filled in by `?code=`."""
        room = classroom()
        if room is None:
            return _nothing()
        known = people()
        visitor = known.visitor(request.scope)
        member = room.member(visitor.person)
        message = ""
        if CAME in request.query_params:
            if member is not None:
                return _to(self._lab)
            message = _(
                "This browser keeps no cookies, by which the class would know it: allow them for"
                " this address, then join again."
            )
        said = request.query_params.get("code", "")
        name = member.name if member is not None else ""
        return self._page(said, name, message, 400 if message else 200, is_member=bool(name))

    async def join(self, request: Request) -> Response:
        """Handle the form: a code and a nickname."""
        room = classroom()
        if room is None:
            return _nothing()
        known = people()
        visitor = known.visitor(request.scope)
        try:
            _must_be_own(request)
            form = await read_form(request)
        except RefusedError as error:
            refused("a form of the class", visitor)
            answer = self._page("", "", str(error), error.status)
            answer.headers["Connection"] = "close"  # what is still coming is not read
            return answer
        code, name = form.get("code", ""), form.get("name", "")
        is_member = visitor.role != "stranger"
        if wait := self._must_wait(visitor):
            return self._page(code, name, _too_many(wait), 429, is_member=is_member)
        cookie, person = _cookie_and_person(known, visitor)
        try:
            await run_in_threadpool(room.join, person, name, code)  # it waits for the disk
        except WrongCodeError as error:
            self._count(visitor, "a wrong code of the class")
            return self._page(code, name, str(error), 403, is_member=is_member)
        except NnlabError as error:
            return self._page(code, name, str(error), 400, is_member=is_member)
        answer = _to(f"{self._join}?{CAME}=1" if cookie else self._lab)
        _give(answer, known, cookie, request)
        return answer

    async def lecture(self, request: Request) -> Response:
        """Let the lecturer in, by `?key=` or because they have signed in."""
        room = classroom()
        if room is None:
            return _nothing()
        known = people()
        visitor = known.visitor(request.scope)
        key = request.query_params.get("key", "")
        cookie, person = _cookie_and_person(known, visitor)
        if not key and self._login.address():
            answer = await self._by_login(request, room, person)
        elif wait := self._must_wait(visitor):
            answer = self._refusal(_too_many(wait), 429)
        else:
            try:
                await run_in_threadpool(room.enter, person, key)
                answer = _to(self._class)
            except WrongCodeError as error:
                self._count(visitor, "a wrong key of the class")
                answer = self._refusal(str(error), 403)
            except NnlabError as error:
                answer = self._refusal(str(error), 400)
        if answer.status_code == 303:
            _give(answer, known, cookie, request)
        return answer

    async def _by_login(self, request: Request, room: Classroom, person: str) -> Response:
        who = self._login.who(cookies_of(request.scope))
        if who is None:
            return _to(self._login.address())
        if not who.is_lecturer:
            said = _(
                "{email} is not one of the class's lecturers: whoever keeps the server names them"
                " in NNLAB_CLASS_LECTURERS.",
                email=who.email,
            )
            return self._refusal(said, 403)
        try:
            await run_in_threadpool(room.know_lecturer, person, who.name)
        except NnlabError as error:
            return self._refusal(str(error), 400)
        return _to(self._class)

    def _page(
        self, code: str, name: str, message: str, status: int, *, is_member: bool = False
    ) -> HTMLResponse:
        login = self._lecture if self._login.address() and not is_member else ""
        html = join_page(self._join, code, name, message, is_member=is_member, login=login)
        return HTMLResponse(html, status, UNKEPT)

    def _refusal(self, message: str, status: int) -> HTMLResponse:
        html = notice_page(_("Not let in"), message, self._join, _("Join as a student"))
        return HTMLResponse(html, status, UNKEPT)

    def _must_wait(self, visitor: Visitor) -> float:
        """Seconds until another try may be made, 0 where it may now."""
        return max(0.0, (1 - self._wrong.take(visitor.key, 0)) / WRONG_RATE)

    def _count(self, visitor: Visitor, what: str) -> None:
        self._wrong.take(visitor.key, 1)
        refused(what, visitor)


def _must_be_own(request: Request) -> None:
    """Raises RefusedError where a page of another site sends the form.

    The address that others reach the lab at is its own: a proxy may ask by another `Host`.
    """
    try:
        must_be_own(request.headers, _public_origin())
    except RefusedError as error:
        said = _("This form came from another site: open the address of the class yourself.")
        raise RefusedError(error.code, said) from error


def _public_origin() -> list[str]:
    """NNLAB_PUBLIC_URL as browsers say it: small letters, and no port that goes by itself."""
    try:
        parts = urlsplit(read_settings().public_url.lower())
    except ValueError:  # a host in brackets that is no address: no browser comes from there
        return []
    usual = f":{PORTS[parts.scheme]}" if parts.scheme in PORTS else ""
    return [f"{parts.scheme}://{parts.netloc.removesuffix(usual)}"] if parts.netloc else []


def _cookie_and_person(known: People, visitor: Visitor) -> tuple[str, str]:
    """A new cookie where they have none, else "", and the id of the person."""
    cookie = "" if visitor.person else known.new_cookie()
    return cookie, visitor.person or known.person_of({known.cookie: cookie})


def _give(answer: Response, known: People, cookie: str, request: Request) -> None:
    if cookie:
        answer.headers["Set-Cookie"] = known.header(cookie, request.scope)


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303, UNKEPT)


def _nothing() -> Response:
    return PlainTextResponse(_("There is no class here."), 404)


def _too_many(seconds: float) -> str:
    return _(
        "Too many wrong codes came from here: try again in {n} second.",
        "Too many wrong codes came from here: try again in {n} seconds.",
        n=int(seconds) + 1,
    )
