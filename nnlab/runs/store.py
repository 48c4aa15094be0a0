"""The runs directory: one folder a run, and nothing kept anywhere else."""

import contextlib
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nnlab.config import Experiment
from nnlab.config.data import opens_test
from nnlab.config.sweep import Sweep
from nnlab.errors import NnlabError, RunDamagedError, RunNotFoundError
from nnlab.files import cannot_write, sync_folder, write_text
from nnlab.readers import NAMES
from nnlab.runs.record import lock
from nnlab.runs.record.control import ask
from nnlab.runs.record.log import EVENTS_FILE, newest, read_head_and_tail
from nnlab.runs.record.status import ALIVE, Status, derive_status
from nnlab.runs.recorded.record import RECORD, Record, to_json
from nnlab.runs.run import EXPERIMENT, META, SWEEP, Meta, Run, is_there
from nnlab.runs.shipped import shipped_run
from nnlab.runs.sweeps.short import in_short
from nnlab.texts import _
from nnlab.training.events import Event, FitEnded, FitStarted

MAX_NAME = 80
MAX_ID = 100
NEW = ".new-"
"""Begins the name of a run's directory while it is being made."""
ABANDONED_SECONDS = 60.0
STOP_SECONDS = 1.0
"""How long deleting waits for a worker's last word; after that it goes on without."""
NOTHING_PENDING: Mapping[str, Status] = {}
Mark = tuple[object, ...]


@dataclass(frozen=True)
class Summary:
    """A run as lists show it, read from the head and the tail of its files."""

    run: Run
    meta: Meta
    experiment: Experiment
    status: Status
    started: FitStarted | None
    last: Event | None
    """The newest event; for a sweep with the figures of its best network."""
    ended: FitEnded | None
    sweep: Sweep | None = None
    """The sweep, if the run is of many networks."""


@dataclass(frozen=True)
class RecordedSummary:
    """A recorded run as lists show it, read from the head and the tail of its files."""

    run: Run
    meta: Meta
    record: Record
    status: Status
    started: FitStarted | None
    last: Event | None
    ended: FitEnded | None


Listed = Summary | RecordedSummary
"""A run of a list: the lab's own, or a recorded one."""


class Store:
    """All runs under one directory."""

    def __init__(self, root: Path) -> None:
        """`root` is made when the first run is."""
        self.root = root
        self._resting: dict[str, tuple[Mark, Listed]] = {}
        """Summaries of runs that do not change, with the mark of their files when read."""

    def create(  # noqa: PLR0913 - the fields of a run's record, by keyword
        self,
        experiment: Experiment,
        *,
        name: str,
        owner: str = "local",
        recipe: str | None = None,
        parent: str | None = None,
        parent_step: int | None = None,
        sweep: Sweep | None = None,
    ) -> Run:
        """A new run directory with its experiment and meta data, not yet training.

        Of a `sweep` it trains all networks; `experiment` is what they vary (`Sweep.experiment`).

        Raises:
            NnlabError: the directory cannot be written, or the name is empty or too long.
        """
        now = time.time()
        meta = Meta(
            name=_checked_name(name),
            created=now,
            owner=owner,
            recipe=recipe,
            parent=parent,
            parent_step=parent_step,
            peeks=() if opens_test(experiment.data) == "sealed" else (now,),
        )
        files = {EXPERIMENT: experiment.to_json(indent=1)}
        if sweep is not None:
            files[SWEEP] = sweep.to_json(indent=1)
        return self._create(meta, files)

    def create_recorded(self, record: Record, *, name: str, owner: str = "local") -> Run:
        """A new run directory for a loop that the lab does not train. Raises as `create`."""
        meta = Meta(name=_checked_name(name), created=time.time(), owner=owner)
        return self._create(meta, {RECORD: to_json(record)})

    def _create(self, meta: Meta, files: Mapping[str, str]) -> Run:
        place = _("The runs directory {path}", path=self.root.resolve())
        try:
            run = self._new_run(datetime.fromtimestamp(meta.created, UTC))
            # Under a hidden name until it is whole: a list that looks just now sees no half of it.
            made = run.path.with_name(f"{NEW}{run.id}")
            made.mkdir()
        except OSError as error:
            raise cannot_write(place, error) from error
        try:
            for file, content in files.items():
                write_text(made / file, content, durable=True)
            write_text(made / META, meta.model_dump_json(indent=1), durable=True)
            made.rename(run.path)
            sync_folder(self.root)
        except OSError as error:
            for half in (made, run.path):
                shutil.rmtree(half, ignore_errors=True)  # half a run is none
            raise cannot_write(place, error) from error
        return run

    def _new_run(self, moment: datetime) -> Run:
        """A name that is free. What a killed server left half made goes."""
        self.root.mkdir(parents=True, exist_ok=True)
        for left in self.root.glob(f"{NEW}*"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
                    shutil.rmtree(left, ignore_errors=True)
        while True:
            run = Run(self.root / f"{moment:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}")
            if not run.path.exists():
                return run

    def get(self, run_id: str) -> Run:
        """The run of that name: of this directory, or one that ships with nnlab.

        Raises:
            RunNotFoundError: there is none.
            NnlabError: one that ships is damaged, or cannot be laid out.
        """
        run = Run(self.root / run_id)
        if run_id in NAMES and not is_there(run.path / EXPERIMENT):
            return shipped_run(run_id, self.root)
        if not self._is_inside(run) or not _is_whole(run.path):
            raise RunNotFoundError(
                _(
                    "There is no run '{run}' here: it was deleted, or belongs to another lab.",
                    run=run_id[:MAX_ID],
                )
            )
        return run

    def listed(self, pending: Mapping[str, Status] = NOTHING_PENDING) -> list[Listed]:
        """Every run that can be read, recorded ones among them, the newest first.

        `pending` is `Launcher.pending()`.
        """
        found: list[Listed] = []
        for run in self._runs():
            with contextlib.suppress(RunNotFoundError, RunDamagedError):
                found.append(self._summary(run, pending.get(run.id)))
        here = {summary.run.id for summary in found}
        for gone in set(self._resting) - here:
            self._resting.pop(gone, None)
        return sorted(found, key=lambda summary: summary.meta.created, reverse=True)

    def summaries(self, pending: Mapping[str, Status] = NOTHING_PENDING) -> list[Summary]:
        """Return those of `listed` that the lab trains, or has trained."""
        return [summary for summary in self.listed(pending) if isinstance(summary, Summary)]

    def recorded(self) -> list[RecordedSummary]:
        """Return those of `listed` that were written by `nnlab.record`."""
        return [summary for summary in self.listed() if isinstance(summary, RecordedSummary)]

    def recent(self, since: float) -> list[Run]:
        """Return the runs written to since then (seconds since 1970), the oldest first.

        A run that has not begun counts by when it was made.
        """
        return [run for run in reversed(self._runs()) if _written(run) >= since]

    def damaged(self) -> list[tuple[Run, str]]:
        """The runs that cannot be read, with the reason."""
        found = []
        for run in self._runs():
            if self._known(run) is not None:
                continue
            try:
                if run.is_recorded:
                    _ = run.recorded, run.meta, read_head_and_tail(run.path)
                else:
                    _ = run.experiment, run.sweep, run.meta, read_head_and_tail(run.path)
            except RunDamagedError as error:
                found.append((run, str(error)))
            except RunNotFoundError:
                continue
        return found

    def delete(self, run_id: str) -> None:
        """Stop the run if it trains, and remove all that is kept of it; damaged ones, too.

        A loop that is being recorded hears of nothing: it goes on, and is recorded no longer.

        Raises:
            RunNotFoundError: it is already gone.
            NnlabError: it cannot be removed, or ships with nnlab.
        """
        run = Run(self.root / run_id)
        if run_id in NAMES and not run.path.is_dir():
            shipped_run(run_id, self.root).must_be_of_here()
        if not self._is_inside(run) or not run.path.is_dir():
            raise RunNotFoundError(_("The run {run} was already deleted.", run=run_id))
        if lock.is_held(run.path) and not run.is_recorded:
            # On a full disk nothing can be asked. Its worker ends when it finds its directory gone.
            with contextlib.suppress(NnlabError):
                ask(run.path, "stop")
                _wait_for_end(run)
        grave = run.path.with_name(f".deleted-{run.id}")
        try:
            run.path.rename(grave)
        except FileNotFoundError:
            raise RunNotFoundError(_("The run {run} was already deleted.", run=run_id)) from None
        except OSError as error:
            raise NnlabError(
                _("The run {run} cannot be deleted ({error}).", run=run_id, error=error.strerror)
            ) from error
        for grave in self.root.glob(".deleted-*"):  # what an earlier attempt left, too
            shutil.rmtree(grave, ignore_errors=True)

    def rename(self, run_id: str, name: str) -> Meta:
        """Give a run another name (1 to 80 characters).

        Raises:
            RunNotFoundError: there is no such run.
            NnlabError: the name is empty or too long.
        """
        return self.change_meta(run_id, name=_checked_name(name))

    def change_meta(self, run_id: str, **changes: object) -> Meta:
        """Write changed fields of a run. Raises as `get`, and as `Run.change_meta`."""
        return self.get(run_id).change_meta(**changes)

    def _is_inside(self, run: Run) -> bool:
        # Names with a dot are no runs: what is deleted is moved to one.
        return run.path.parent == self.root and not run.id.startswith(".") and len(run.id) <= MAX_ID

    def _summary(self, run: Run, pending: Status | None) -> Listed:
        """Return the summary of a run, read only once while the run does not change."""
        mark = _mark(run)
        known = self._known(run, mark)
        if known is not None and pending is None:
            return known
        summary = summarise_recorded(run) if run.is_recorded else summarise(run, pending)
        if mark is not None and summary.status not in ALIVE:
            self._resting[run.id] = mark, summary
        return summary

    def _known(self, run: Run, mark: Mark | None = None) -> Listed | None:
        """Return the summary of a run that does not change, if nothing was written there since."""
        mark = mark or _mark(run)
        known = self._resting.get(run.id)
        return known[1] if known is not None and known[0] == mark else None

    def _runs(self) -> list[Run]:
        if not self.root.is_dir():
            return []
        names = sorted((p.name for p in self.root.iterdir()), reverse=True)
        return [Run(self.root / name) for name in names if _is_run(self.root / name)]


def _is_run(path: Path) -> bool:
    """Whether a directory is a run's, be it damaged: others may lie beside, and are left alone."""
    if path.name.startswith(".") or not path.is_dir():
        return False
    own_name = re.fullmatch(r"\d{8}-\d{6}-[0-9a-f]{4,8}", path.name) is not None
    return own_name or any(
        is_there(path / file) for file in (EXPERIMENT, RECORD, META, EVENTS_FILE)
    )


def _is_whole(path: Path) -> bool:
    """Whether it says what was trained, by the lab or by somebody's own loop."""
    return is_there(path / EXPERIMENT) or is_there(path / RECORD)


def _written(run: Run) -> float:
    """Return the time of the last event in seconds since 1970; 0 where the file is gone."""
    for path in (run.path / EVENTS_FILE, run.path):
        with contextlib.suppress(OSError):
            return path.stat().st_mtime
    return 0.0


def summarise(run: Run, pending: Status | None = None) -> Summary:
    """Return a run as lists show it; `pending` is the status known to its launcher, if any.

    Raises:
        RunNotFoundError: it is gone.
        RunDamagedError: its experiment, sweep, meta data or events cannot be read.
    """
    held = lock.is_held(run.path)
    head, tail = read_head_and_tail(run.path)
    last = newest(tail)
    return Summary(
        run=run,
        meta=run.meta,
        experiment=run.experiment,
        status=pending or derive_status(tail, held=held),
        started=head if isinstance(head, FitStarted) else None,
        last=in_short(last, tail),
        ended=last if isinstance(last, FitEnded) else None,
        sweep=run.sweep,
    )


def summarise_recorded(run: Run) -> RecordedSummary:
    """Return a recorded run as lists show it.

    Raises:
        RunNotFoundError: it is gone.
        RunDamagedError: its record, meta data or events cannot be read.
    """
    held = lock.is_held(run.path)
    head, tail = read_head_and_tail(run.path)
    last = newest(tail)
    return RecordedSummary(
        run=run,
        meta=run.meta,
        record=run.recorded,
        status=derive_status(tail, held=held),
        started=head if isinstance(head, FitStarted) else None,
        last=last,
        ended=last if isinstance(last, FitEnded) else None,
    )


def _mark(run: Run) -> Mark | None:
    """Another one whenever something was written that a list shows.

    None where a file is absent that every run has.
    """
    marks: dict[str, tuple[int, int]] = {}
    for name in (EXPERIMENT, RECORD, META, EVENTS_FILE, SWEEP):
        with contextlib.suppress(OSError):
            stat = (run.path / name).stat()
            marks[name] = stat.st_mtime_ns, stat.st_size
    if META not in marks or EVENTS_FILE not in marks or not marks.keys() & {EXPERIMENT, RECORD}:
        return None
    return (*marks.items(), (run.path / lock.LOCK_FILE).exists())


def _wait_for_end(run: Run) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while lock.is_held(run.path) and time.monotonic() < deadline:
        time.sleep(0.02)


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME:
        raise NnlabError(
            _(
                "A run's name has 1 to {most} characters, got {count}: choose another.",
                most=MAX_NAME,
                count=len(name),
            )
        )
    if not name.isprintable():
        raise NnlabError(_("A run's name has printable characters only, got {name!a}.", name=name))
    return name
