"""`control.jsonl`: what people ask of a run. The server appends, the worker reads."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import AnyStr

from pydantic import ValidationError

from nnlab.errors import RunNotFoundError
from nnlab.files import append_line, cannot_write
from nnlab.texts import _
from nnlab.training.controls import Action, Control, EndRun, Set, Why, ask_now

CONTROL_FILE = "control.jsonl"
POLL_SECONDS = 0.02
RELEASE_SECONDS = 60.0
"""A run paused for so long gives its place back; it resumes from its checkpoint."""


def ask(  # noqa: PLR0913 - the fields of a control, by keyword
    run: Path,
    do: Action | None = None,
    *,
    path: str = "",
    value: object = None,
    pace: float | None = None,
    sharpness: float | None = None,
    why: Why | None = None,
) -> Control:
    """Append a control.

    `ask(run, "pause")`, `ask(run, path="training.optimizer.lr", value=0.1)`, `ask(run, pace=3)`,
    `ask(run, sharpness=30)`.

    Raises:
        RunNotFoundError: the run directory is gone.
        NnlabError: it cannot be written.
    """
    says: dict[str, object] = {"do": do} if why is None else {"do": do, "why": why}
    if do is None:
        says = {"set": Set(path=path, value=value)} if pace is None else {"pace": pace}
    if sharpness is not None:
        says = {"sharpness": sharpness}
    control = ask_now(**says)
    try:
        if not run.is_dir():
            raise RunNotFoundError(_("The run {run} was deleted.", run=run.name))
        append_line(run / CONTROL_FILE, control.model_dump_json(exclude_unset=True))
    except FileNotFoundError:  # another tab has deleted it since
        raise RunNotFoundError(_("The run {run} was deleted.", run=run.name)) from None
    except OSError as error:
        raise cannot_write(_("The run {run}", run=run.name), error) from error
    return control


class NewLines:
    """Reads lines appended to the controls of a run. Keeps no file open."""

    def __init__(self, run: Path) -> None:
        self._path = run / CONTROL_FILE
        self._offset = 0

    def read(self) -> bytes:
        """The whole lines since the last call. Raises FileNotFoundError: none ever came."""
        if self._path.stat().st_size == self._offset:
            return b""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            whole, newline, _cut = file.read().rpartition(b"\n")
        self._offset += len(whole) + len(newline)
        return whole + newline


def controls_in(lines: Iterable[AnyStr]) -> Iterator[tuple[AnyStr, Control]]:
    """The control that each line says, with the line; one that a crash cut short says none."""
    for line in lines:
        with contextlib.suppress(ValidationError):
            yield line, Control.model_validate_json(line)


class FileControls:
    """The worker's end: looks at the file every 20 ms, and at whether its server still lives."""

    def __init__(
        self,
        run: Path,
        since: float,
        is_orphan: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Controls asked for before `since` (seconds since 1970) belong to an earlier session."""
        self._run, self._since, self._is_orphan, self._clock = run, since, is_orphan, clock
        self._lines = NewLines(run)
        self._next_look = 0.0
        self._paused_since: float | None = None

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """The controls that came since the last look; none until it is time to look again.

        Raises:
            EndRun: the server is gone, the run was deleted, or it has been paused for long.
        """
        now = self._clock()
        if now < self._next_look:
            if not paused:
                return ()
            time.sleep(self._next_look - now)
        self._next_look = now + POLL_SECONDS
        if self._is_orphan():
            raise EndRun("server_gone")
        self._note_pause(paused, now)
        return self._read_new()

    def _note_pause(self, paused: bool, now: float) -> None:
        if not paused:
            self._paused_since = None
        elif self._paused_since is None:
            self._paused_since = now
        elif now - self._paused_since > RELEASE_SECONDS:
            raise EndRun("released")

    def _read_new(self) -> list[Control]:
        try:
            lines = self._lines.read()
        except FileNotFoundError:
            if not self._run.is_dir():
                raise EndRun("stopped") from None
            return []
        return [one for _line, one in controls_in(lines.split(b"\n")) if one.at >= self._since]
