"""Room on the disk: one limit for all that people make the server keep, and one for each person.

Runs count, and tables, sets of pictures, kept drawings and frozen sets. Asked before anything is
written.
"""

import math
import time
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from nnlab.data.kept import (
    DRAWING_BYTES,
    FROZEN,
    PICTURES,
    TABLES,
    KeptFile,
    kept_drawings,
    kept_files,
    mark_of,
)
from nnlab.errors import NnlabError
from nnlab.runs.disk import in_words, make_room
from nnlab.runs.measure import Measured, measured
from nnlab.runs.store import Store
from nnlab.settings import Settings
from nnlab.texts import _
from nnlab.visitor import AT_THE_MACHINE, LOCAL, Visitor

UNUSED_SECONDS = 3600.0
"""Seconds after which a table or set that no run uses may be removed: until then a form may hold
it."""
KEPT_EACH = 2_000
"""Limit for the runs of one person in a shared lab."""
SHARE = 4
"""One person's part of a shared lab's disk space, unless `NNLAB_DISK_EACH` is set: a quarter."""


@dataclass(frozen=True)
class Usage:
    """Bytes, of everybody or of one person."""

    runs: int
    tables: int
    drawings: int
    """Frozen sets among them."""
    pictures: int = 0

    @property
    def total(self) -> int:
        """Size of all kinds together."""
        return self.runs + self.tables + self.pictures + self.drawings


@dataclass(frozen=True)
class Room:
    """The limits of a server, and what is kept there. Holds nothing; cheap to make and to ask."""

    runs_dir: Path
    data_dir: Path
    limit: int
    """Bytes of all together."""
    each: int
    """Bytes of one person."""
    runs_each: float = math.inf
    """Most runs that one person may keep, however small: every page of runs lists them."""
    setting: str = "NNLAB_DISK_EACH"
    """The variable that says `each`."""

    @classmethod
    def of(
        cls,
        settings: Settings,
        visitor: Visitor = AT_THE_MACHINE,
        *,
        runs_dir: Path | None = None,
    ) -> "Room":
        """Return the limits that the settings give this visitor: a lecturer may have all."""
        limit = int(settings.max_disk)
        each = settings.disk_each or (limit // SHARE if settings.share else limit)
        runs_each = KEPT_EACH if settings.share else math.inf
        setting = cls.setting
        if settings.is_class:
            each, setting = settings.class_disk, "NNLAB_CLASS_DISK"
        if visitor.role == "lecturer":
            each, runs_each = limit, math.inf
        runs_dir = runs_dir or settings.runs_dir
        return cls(runs_dir, settings.data_dir, limit, int(each), runs_each, setting)

    def usage(self, owner: str | None = None) -> Usage:
        """Return one person's disk space, or that of all (None).

        A table kept by several counts for each.
        """
        return self._usage(measured(self.runs_dir), owner)

    def _usage(self, runs: Sequence[Measured], owner: str | None) -> Usage:
        mark = None if owner is None else mark_of(owner)
        drawings = kept_drawings(self.data_dir)
        count = sum(drawings.values()) if mark is None else drawings.get(mark, 0)
        return Usage(
            runs=sum(run.size for run in runs if mark in (None, run.owner)),
            tables=sum(each.size for each in self._files(TABLES, mark)),
            pictures=sum(each.size for each in self._files(PICTURES, mark)),
            drawings=count * DRAWING_BYTES + sum(each.size for each in self._files(FROZEN, mark)),
        )

    def must_have(self, size: int, owner: str = LOCAL) -> None:
        """Whether `size` bytes more may be kept for a person. What nobody uses goes first.

        Raises:
            NnlabError: they may not; says what takes the room and what to do.
        """
        runs = measured(self.runs_dir)
        for limit, whose in ((self.limit, None), (self.each, owner)):
            too_much = self._usage(runs, whose).total + size - limit
            if too_much - self._remove_unused(too_much, whose) > 0:
                raise _full(
                    self.usage(whose), size, limit, setting=None if whose is None else self.setting
                )

    def make(
        self, store: Store, busy: Container[str] = (), owner: str = LOCAL, size: int = 0
    ) -> int:
        """Free space for a run of `size` bytes: what nobody uses goes first, then checkpoints.

        Returns the bytes freed. See `nnlab.runs.disk.make_room`, also for what it raises.

        Raises:
            NnlabError: the person keeps more runs than one may.
        """
        runs, mark = measured(self.runs_dir), mark_of(owner)
        if sum(run.owner == mark for run in runs) > self.runs_each:
            raise NnlabError(
                _(
                    "You keep {most:,} runs, and one person may keep no more here: delete some on"
                    " the page of runs.",
                    most=self.runs_each,
                )
            )
        freed = 0
        for limit, whose in ((self.limit, None), (self.each, owner)):
            too_much = self._usage(runs, whose).total + size - limit
            if too_much <= 0:  # as nearly always: a click on Train waits for this
                continue
            freed += self._remove_unused(too_much, whose)
            usage = self.usage(whose)
            besides = usage.total - usage.runs + size
            freed += make_room(
                store, limit, busy, besides=besides, owner=whose, setting=self.setting
            )
        return freed

    def _remove_unused(self, wanted: int, owner: str | None) -> int:
        """Tables and sets that no run uses, the oldest first. Returns the bytes freed."""
        if wanted <= 0:
            return 0
        mark = None if owner is None else mark_of(owner)
        used = frozenset[str]().union(*(run.uses for run in measured(self.runs_dir)))
        folders = (TABLES, PICTURES, FROZEN)
        found = [each for folder in folders for each in self._files(folder, mark)]
        aged = sorted((_age(each), each.path, each) for each in found if each.name not in used)
        freed = 0
        for age, _path, each in reversed(aged):
            if freed >= wanted or age < UNUSED_SECONDS:
                break
            try:
                each.remove()
            except OSError:
                continue  # the message says then what takes the room
            freed += each.size
        return freed

    def _files(self, folder: str, mark: str | None) -> list[KeptFile]:
        found = kept_files(self.data_dir / folder)
        return [each for each in found if mark is None or mark in each.marks]


def _age(kept: KeptFile) -> float:
    """Seconds since it was last kept."""
    try:
        return time.time() - kept.path.stat().st_mtime
    except OSError:
        return 0.0


def _full(usage: Usage, size: int, limit: int, *, setting: str | None) -> NnlabError:
    words = {
        "size": in_words(size),
        "limit": in_words(limit),
        "runs": in_words(usage.runs),
        "tables": in_words(usage.tables),
        "pictures": in_words(usage.pictures),
        "drawings": in_words(usage.drawings),
    }
    if setting is not None:
        return NnlabError(
            _(
                "There is no room for {size} more of yours: your runs take {runs}, your tables"
                " {tables}, your pictures {pictures}, your drawings {drawings}, and one person may"
                " have {limit} ({setting}). Delete runs of yours, or drawings.",
                setting=setting,
                **words,
            )
        )
    return NnlabError(
        _(
            "There is no room for {size} more: runs take {runs}, tables {tables}, pictures"
            " {pictures}, drawings {drawings}, and all together may have {limit}"
            " (NNLAB_MAX_DISK). Delete runs or drawings, or raise NNLAB_MAX_DISK.",
            **words,
        )
    )
