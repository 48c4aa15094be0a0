"""A class for a benchmark: who joined by the routes that browsers use, and their headers."""

import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from nnlab.classroom.classroom import Classroom
from nnlab.runs.store import Run
from tests.browser.server import App


@dataclass(frozen=True)
class Class:
    """Members by the `Cookie` header that they send."""

    lecturer: str
    students: Mapping[str, str]
    """By person, in the order in which they joined."""

    def file(self, folder: Path) -> Path:
        """The students' headers, a line each, for `benchmarks._page_sessions`."""
        path = folder / "cookies"
        path.write_text("\n".join(self.students.values()), encoding="ascii")
        return path


def gather(app: App, count: int) -> Class:
    """A lecturer and so many students come in.

    Raises:
        RuntimeError: one was not let in.
    """
    room = Classroom(app.runs_dir)
    lecturer = _cookie_of(f"{app.url}/lecture?{urlencode({'key': room.key})}")
    cookies = [
        _cookie_of(f"{app.url}/join", {"code": room.code, "name": f"Student {number:02d}"})
        for number in range(1, count + 1)
    ]
    persons = [member.person for member in Classroom(app.runs_dir).students()]
    if len(persons) != count:
        raise RuntimeError(f"{count} joined, and {len(persons)} are in.")
    return Class(lecturer, dict(zip(persons, cookies, strict=True)))


def must_train(runs: Sequence[Run]) -> None:
    """Raises RuntimeError where a run stands still: nothing that is measured then says anything."""
    still = [run for run in runs if run.status() != "running"]
    if still:
        raise RuntimeError(
            f"{len(still)} of {len(runs)} runs stand still: pages took more than two minutes to"
            " open, and nobody had looked at the first ones. Take a quieter machine, or fewer."
        )


def _cookie_of(address: str, form: Mapping[str, str] | None = None) -> str:
    """Return the cookie of an answer that lets somebody in; its redirect is not followed."""
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.netloc)
    try:
        body = urlencode(form) if form is not None else None
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        line.request("POST" if body else "GET", f"{parts.path}?{parts.query}", body, kind)
        answer = line.getresponse()
        said = answer.getheader("Set-Cookie")
        if answer.status != 303 or said is None:
            raise RuntimeError(f"{parts.path} answered {answer.status}: {answer.read()[:500]!r}")
    finally:
        line.close()
    return said.partition(";")[0]
