"""`nnlab.runs` and `nnlab.open`: what there is, and one of it."""

import os
from collections.abc import Sequence
from typing import overload

import pandas as pd

from nnlab.errors import RunNotFoundError, shown
from nnlab.library.any_run import AnyRun
from nnlab.library.asked.find import find_run
from nnlab.library.asked.given import Place, folder_of_runs
from nnlab.library.recorded_run import RecordedRun
from nnlab.library.rows import FIGURES, as_object
from nnlab.library.run import Run
from nnlab.library.sweep import Sweep
from nnlab.runs.run import Run as Directory
from nnlab.runs.store import Listed, Store
from nnlab.settings import read_settings
from nnlab.texts import _

Found = Run | Sweep | RecordedRun
ALWAYS = ("run", "name", "status", "data", "created", "step", "epoch", "seconds", *FIGURES)
"""Columns of a table of runs."""


class Runs(Sequence[Found]):
    """All runs of a directory, the newest first, as they were when it was looked at."""

    def __init__(self, listed: Sequence[Listed], damaged: dict[str, str]) -> None:
        self._listed = tuple(listed)
        self.damaged = damaged
        """Why a run could not be read, by its id; such runs are not among the others."""

    @property
    def table(self) -> pd.DataFrame:
        """A row a run, with its id as the index: `name`, `status`, `data`, `step`, `val_loss` ….

        Of a sweep the figures are those of its best network; of a recorded run those of its metrics
        that have usual names. They are columns also where no run has them.
        """
        table = pd.DataFrame([as_object(summary) for summary in self._listed])
        table = table.reindex(columns=list(dict.fromkeys([*table.columns, *ALWAYS])))
        table["created"] = pd.to_datetime(table["created"], unit="s", utc=True)
        return table.set_index("run")

    def __len__(self) -> int:
        return len(self._listed)

    @overload
    def __getitem__(self, place: int) -> Found: ...
    @overload
    def __getitem__(self, place: slice) -> "Runs": ...
    def __getitem__(self, place: int | slice) -> "Found | Runs":
        if isinstance(place, slice):
            return Runs(self._listed[place], self.damaged)
        return of_directory(self._listed[place].run)

    def __repr__(self) -> str:
        return f"{self.table[['name', 'status']]}"

    def _repr_html_(self) -> str:
        return self.table.to_html()


def list_runs(runs: Place | None = None) -> Runs:
    """All runs, the newest first: of one network, sweeps and recorded ones.

    Args:
        runs: the directory where they are kept; else NNLAB_RUNS_DIR, or `runs` in this folder.

    Raises:
        NnlabError: `runs` is no path.
    """
    store = _store(runs)
    return Runs(store.listed(), {run.id: why for run, why in store.damaged()})


def open_run(run: Place | AnyRun, *, runs: Place | None = None) -> Found:
    """The run of that id, or whose id alone begins so, or whose directory it is.

    `draw-ready`, the reader of digits that ships, is one, too.

    Args:
        run: an id, its beginning, a path, or a run, which is opened anew.
        runs: as `nnlab.runs` takes it.

    Raises:
        RunNotFoundError: there is none, or several begin so.
    """
    if isinstance(run, AnyRun):
        return of_directory(run.directory)
    store = _store(runs)
    try:
        typed = os.fsdecode(run)
    except TypeError:
        raise RunNotFoundError(
            _(
                "A run is named by its id, the beginning of it or its directory, got {received}:"
                " nnlab.runs() lists those that there are.",
                received=shown(run),
            )
        ) from None
    return of_directory(find_run(store, typed))


def of_directory(directory: Directory) -> Found:
    """The run of a directory, as what it is. Raises as `Run.sweep` of the directory."""
    if directory.is_recorded:
        return RecordedRun(directory)
    return Run(directory) if directory.sweep is None else Sweep(directory)


def _store(runs: Place | None) -> Store:
    folder = folder_of_runs(runs)
    return Store(read_settings().runs_dir if folder is None else folder)
