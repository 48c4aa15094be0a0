"""A run of many networks: those of a sweep, or the trials of a search."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, overload

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from torch import nn

from nnlab.config.sweep import Sweep as Description
from nnlab.errors import NnlabError, RunDamagedError
from nnlab.export import export
from nnlab.figures.sweep_curves import sweep_curves_figure
from nnlab.library.any_run import AnyRun
from nnlab.library.asked.given import Place, place, whole_number
from nnlab.library.writing import write
from nnlab.runs.network import load_network
from nnlab.runs.record.log import EventReader
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run as Directory
from nnlab.runs.store import Store
from nnlab.runs.sweeps.alone import as_run
from nnlab.runs.sweeps.history import METRICS, SweepHistory
from nnlab.runs.sweeps.single import must_be_of
from nnlab.runs.sweeps.table import table
from nnlab.texts import _


class Sweep(AnyRun):
    """Many networks of one experiment, in which something varies; each has a number from 0."""

    @property
    def sweep(self) -> Description:
        """The experiment and what varies.

        Raises:
            RunNotFoundError: it was deleted.
            RunDamagedError: its file cannot be read.
        """
        found = self.directory.sweep
        if found is None:
            raise RunDamagedError(
                _("The run {run} is no sweep any more: its file is gone.", run=self.id)
            )
        return found

    @property
    def table(self) -> pd.DataFrame:
        """A row for each network, `net` is the index: its value on each axis, status, figures.

        `val_loss` and the others are of the newest weights; of a search `run` names each trial's
        own run. Raises as `sweep`.
        """
        sweep, history = self.sweep, self._history()
        return pd.DataFrame(table(sweep, history)).set_index("net")

    @property
    def best(self) -> int:
        """The number of the network with the lowest validation loss.

        The lowest training loss, where the data hold nothing out to validate with.

        Raises:
            NnlabError: no network has a figure: all diverged, or nothing was trained yet.
        """
        found = self._history().best()
        if found is None:
            raise NnlabError(
                _(
                    "No network of {run} has a figure: {count} diverged. Take lower rates, or let"
                    " it train first.",
                    run=self.id,
                    count=sum(reason == "diverged" for reason in self._history().reasons),
                )
            )
        return found

    @property
    def history(self) -> pd.DataFrame:
        """The metric that ranks the networks, a column for each network by its number."""
        history = self._history()
        steps, values = _course(history, history.ranking)
        return pd.DataFrame(values, index=pd.Index(steps.astype(int), name="step"))

    @property
    def figures(self) -> tuple[str, ...]:
        """`loss`, of classes `accuracy`: of validation, where there is one; and each metric."""
        names = self._history().names
        return ("loss", *(["accuracy"] if "train_accuracy" in names else []), *names)

    def network(self, number: int) -> nn.Sequential:
        """The network of that number with its newest weights, in evaluation mode on the CPU.

        Raises:
            NnlabError: there is none, or it has no weights: it diverged, or did not begin.
        """
        with TemporaryDirectory(prefix="nnlab-net-") as folder:
            return load_network(self._alone(number, Path(folder)))[0]

    @overload
    def export(self, form: str, *, net: int | None = None) -> bytes: ...
    @overload
    def export(self, form: str, path: Place, *, net: int | None = None) -> Path: ...
    def export(
        self, form: str, path: Place | None = None, *, net: int | None = None
    ) -> bytes | Path:
        """All networks as `csv`, `parquet`, `json` or `html`; or one of them in any form.

        Args:
            form: as `python -m nnlab export --format` names them.
            path: a file to write it to, which is replaced where it is there.
            net: the number of the one.

        Returns:
            The bytes, or the path of the file.

        Raises:
            NnlabError: no such form or network, or the file cannot be written.
        """
        if net is None:
            return super().export(form) if path is None else super().export(form, path)
        target = None if path is None else place(path, _("The place of a file"))
        with TemporaryDirectory(prefix="nnlab-net-") as folder:
            content = export(self._alone(net, Path(folder)), form)
        return content if target is None else write(target, content)

    def _bundle(self) -> dict[str, Any]:
        return super()._bundle() | {"text/html": self.table.to_html()}

    def _alone(self, number: int, folder: Path) -> Directory:
        """One network as a run of its own."""
        number = whole_number(number, _("A network's number"))
        if self.sweep.search is None:
            return as_run(self.directory, number, folder)
        runs = self._trials().runs
        if not 0 <= number < len(runs) or (run_id := runs[number]) is None:
            raise NnlabError(
                _(
                    "The search {run} has no network {number}: sweep.table lists those that have"
                    " begun.",
                    run=self.id,
                    number=number,
                )
            )
        return Store(self.path.parent).get(run_id)

    def _trials(self) -> SearchHistory:
        return SearchHistory(EventReader(self.path).read_new())

    def _history(self) -> SweepHistory | SearchHistory:
        sweep = self.sweep
        if sweep.search is not None:
            return self._trials()
        history = SweepHistory(EventReader(self.path).read_new())
        must_be_of(self.directory, sweep, history)
        return history

    def _figure(self, name: str, dark: bool) -> go.Figure:
        history = self._history()
        metric = name
        if name not in METRICS:
            metric = f"{'val' if history.ranking == 'val_loss' else 'train'}_{name}"
        steps, values = _course(history, metric)
        return sweep_curves_figure(metric, steps, values, best=history.best(), dark=dark)

    def _content(self, form: str) -> bytes:
        return export(self.directory, form)


def _course(history: SweepHistory | SearchHistory, metric: str) -> tuple[np.ndarray, np.ndarray]:
    """Steps [k] and figures [k, networks] on the way, and those of the end, told or not then."""
    steps, values = history.curve(metric)
    last = max((int(step) for step in history.steps), default=0)
    if last <= steps.max(initial=0):
        return steps, values
    return np.append(steps, last), np.vstack([values, history.figures(metric)])
