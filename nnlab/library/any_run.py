"""The parts common to every run: of one network, of many, or recorded."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, overload

import pandas as pd
import plotly.graph_objects as go

from nnlab.errors import NnlabError, RunNotFoundError, one_of, shown
from nnlab.library.asked.given import Place, place
from nnlab.library.writing import write
from nnlab.runs.record.status import Status
from nnlab.runs.run import Meta
from nnlab.runs.run import Run as Directory
from nnlab.texts import _


class AnyRun(ABC):
    """A run directory, read anew at each look: it may train meanwhile, here or elsewhere."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        """The run directory as the lab knows it (`nnlab.runs.run.Run`)."""

    @property
    def id(self) -> str:
        """The name of its directory, by which `nnlab.open` finds it."""
        return self.directory.id

    @property
    def path(self) -> Path:
        """Return the run directory."""
        return self.directory.path

    @property
    def meta(self) -> Meta:
        """Name, tags, owner, recipe, parent: what people say of it, and how it came about.

        Raises:
            RunNotFoundError: it was deleted.
            RunDamagedError: its file cannot be read.
        """
        return self.directory.meta

    @property
    def name(self) -> str:
        """The name shown in lists. Raises as `meta`."""
        return self.meta.name

    @property
    def tags(self) -> tuple[str, ...]:
        """The run's tags. Raises as `meta`."""
        return self.meta.tags

    @property
    def status(self) -> Status:
        """`running`, `finished`, `stopped`, `diverged`, `failed`, `interrupted` and the like.

        Raises:
            RunNotFoundError: it was deleted.
            RunTooNewError: a later nnlab wrote its events.
        """
        if not self.path.is_dir():
            raise RunNotFoundError(_("The run {run} was deleted.", run=self.id))
        return self.directory.status()

    @property
    @abstractmethod
    def history(self) -> pd.DataFrame:
        """The recorded history: a row for each step, a column for each metric."""

    @property
    @abstractmethod
    def figures(self) -> tuple[str, ...]:
        """The names that `figure` takes."""

    def figure(self, name: str = "loss", *, dark: bool = False) -> go.Figure:
        """A chart, as plotly draws it.

        Args:
            name: one of `figures`.
            dark: for a dark page.

        Raises:
            NnlabError: there is no such figure; names those that there are.
        """
        names = self.figures
        if not names:
            raise NnlabError(
                _("Nothing was recorded of {run} yet: it has no figures.", run=self.id)
            )
        if name not in names:
            raise NnlabError(
                one_of(_("figure"), name if isinstance(name, str) else shown(name), names)
            )
        return self._figure(name, dark)

    @overload
    def export(self, form: str) -> bytes: ...
    @overload
    def export(self, form: str, path: Place) -> Path: ...
    def export(self, form: str, path: Place | None = None) -> bytes | Path:
        """The run in another form, as `python -m nnlab export --format` names them.

        Args:
            form: `onnx`, `script-module`, `html`, `csv` …; a wrong one names them all.
            path: a file to write it to, which is replaced where it is there.

        Returns:
            The bytes, or the path of the file.

        Raises:
            NnlabError: no such form, the run cannot be written so, or the file cannot be.
        """
        target = None if path is None else place(path, _("The place of a file"))
        content = self._content(form)
        return content if target is None else write(target, content)

    @abstractmethod
    def _figure(self, name: str, dark: bool) -> go.Figure:
        """The figure of one of the names."""

    @abstractmethod
    def _content(self, form: str) -> bytes:
        """The bytes of a form."""

    def show(self) -> None:
        """Show it in a notebook's cell: live while it trains. Elsewhere nothing happens.

        Raises:
            RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
        """
        from nnlab.notebook import show  # widgets take a second, and only a notebook shows them

        show(self.directory)

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, Any]:
        try:
            return self._bundle()
        except NnlabError as error:  # a notebook would show where in here it was raised
            return {"text/plain": f"{self!r}: {error}"}

    def _bundle(self) -> dict[str, Any]:
        from nnlab.notebook import mimebundle_of

        return mimebundle_of(self.directory)

    def __repr__(self) -> str:
        return f"<nnlab.{type(self).__name__} {self.id}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnyRun) and self.path.absolute() == other.path.absolute()

    def __hash__(self) -> int:
        return hash(self.path.absolute())
