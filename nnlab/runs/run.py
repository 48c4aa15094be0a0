"""A run: a directory with its files, and what people say of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nnlab.config import Experiment
from nnlab.config.sweep import Sweep
from nnlab.errors import (
    InvalidExperimentError,
    NnlabError,
    RecordedRunError,
    RunDamagedError,
    RunNotFoundError,
)
from nnlab.files import cannot_write, read_plain, write_text
from nnlab.runs.record import lock
from nnlab.runs.record.log import read_head_and_tail
from nnlab.runs.record.status import Status, derive_status
from nnlab.runs.recorded.record import RECORD, Record
from nnlab.texts import _

EXPERIMENT = "experiment.json"
SWEEP = "sweep.json"
"""File of a run of many networks only; `experiment.json` beside it is what they vary."""
META = "meta.json"
MOST_BYTES = 8 * 2**20
"""Limit for an experiment, a sweep or meta data."""
SHIPPED_FOLDER = ".shipped"
"""Holds, within the runs directory, what ships with nnlab. No list of runs finds it: of a dot."""
SHIPPED = "nnlab"
"""The owner of what ships: everybody may look at it, nobody may change it."""


Values = TypeVar("Values", bound=BaseModel)


class Meta(BaseModel):
    """A run's name, owner, tags and origin. Written by the server alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    created: float = Field(ge=0, le=250_000_000_000, allow_inf_nan=False)
    """Seconds since 1970."""
    owner: str = "local"
    shared: bool = False
    """Whether all members of the class may view the run."""
    tags: tuple[str, ...] = ()
    recipe: str | None = None
    parent: str | None = None
    """The run that this one branched from, and the step at which it did."""
    parent_step: int | None = None
    tuned_from: str | None = None
    """The run whose weights this one began with, to learn from what people have drawn."""
    peeks: tuple[float, ...] = ()
    """Times of looks at the sealed test set, in seconds since 1970. A run whose experiment declares
    that it looks by itself has the first from its beginning."""


@dataclass(frozen=True)
class Run:
    """A run directory. Reads its files anew at each call; holds nothing open."""

    path: Path

    @property
    def id(self) -> str:
        """The directory's name."""
        return self.path.name

    @property
    def ships(self) -> bool:
        """Whether it came with nnlab and was not trained here."""
        return self.path.parent.name == SHIPPED_FOLDER

    def must_be_of_here(self) -> None:
        """Check that the run may be changed. Raises NnlabError: it ships with nnlab."""
        if self.ships:
            raise NnlabError(
                _(
                    "The run {run} ships with nnlab, and nobody changes it: train one of your own"
                    " with its recipe, or fine-tune a copy of it on the page Draw.",
                    run=self.id,
                )
            )

    @property
    def experiment(self) -> Experiment:
        """The experiment that the run trains.

        Raises:
            RunNotFoundError: the run is gone.
            RunDamagedError: its file cannot be read.
            RecordedRunError: the lab did not train it.
        """
        self.must_be_of_the_lab()
        try:
            return Experiment.from_json(self._read(EXPERIMENT))
        except InvalidExperimentError as error:
            raise RunDamagedError(
                _("{path} cannot be read: {error}", path=f"{self.id}/{EXPERIMENT}", error=error)
            ) from error

    @property
    def is_recorded(self) -> bool:
        """Whether it was written down by `nnlab.record`, and not trained by the lab."""
        return is_there(self.path / RECORD) and not is_there(self.path / EXPERIMENT)

    def must_be_of_the_lab(self) -> None:
        """Check that the lab trains this run. Raises RecordedRunError: it was recorded."""
        if self.is_recorded:
            raise RecordedRunError(
                _(
                    "The run {run} is a recording of somebody's own loop: the lab can show it, and"
                    " not train it. Look at it on the page Runs: open /runs?run={run}",
                    run=self.id,
                )
            )

    @property
    def recorded(self) -> Record:
        """The description of a recorded run's network and data.

        Raises:
            RunNotFoundError: the run is gone.
            RunDamagedError: its file cannot be read.
        """
        return self._validated(RECORD, Record)

    @property
    def sweep(self) -> Sweep | None:
        """The sweep of a run of many networks; None for one network. Raises as `experiment`."""
        if not is_there(self.path / SWEEP):
            return None
        try:
            return Sweep.from_json(self._read(SWEEP))
        except InvalidExperimentError as error:
            raise RunDamagedError(
                _("{path} cannot be read: {error}", path=f"{self.id}/{SWEEP}", error=error)
            ) from error

    @property
    def meta(self) -> Meta:
        """Name, owner, tags. Raises as `experiment` does."""
        return self._validated(META, Meta)

    def change_meta(self, **changes: object) -> Meta:
        """Write changed fields. Raises as `experiment` does, and NnlabError: no room, no right."""
        self.must_be_of_here()
        meta = Meta.model_validate({**self.meta.model_dump(), **changes})
        try:
            write_text(self.path / META, meta.model_dump_json(indent=1))
        except FileNotFoundError:  # another tab has deleted it since
            raise RunNotFoundError(_("The run {run} was deleted.", run=self.id)) from None
        except OSError as error:
            raise cannot_write(_("The run {run}", run=self.id), error) from error
        return meta

    def is_training(self) -> bool:
        """Whether a living worker holds the run: it hears controls, also while it is paused."""
        return lock.is_held(self.path)

    def status(self) -> Status:
        """Derived from its last events and its lock.

        Raises:
            RunTooNewError: a later nnlab wrote its events.
        """
        # In this order: a worker that ends between the two looks has had its last word by then.
        held = lock.is_held(self.path)
        _, tail = read_head_and_tail(self.path)
        return derive_status(tail, held=held)

    def _validated(self, name: str, model: type[Values]) -> Values:
        try:
            return model.model_validate_json(self._read(name))
        except ValidationError as error:
            raise RunDamagedError(
                _(
                    "{path} cannot be read: delete the run, or repair the file.",
                    path=f"{self.id}/{name}",
                )
            ) from error

    def _read(self, name: str) -> str:
        try:
            content = read_plain(self.path / name, MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise OSError(_("more than {most} MB", most=MOST_BYTES // 2**20))
            return content.decode()
        except (FileNotFoundError, NotADirectoryError):
            if self.path.is_dir():
                raise RunDamagedError(
                    _("The run {run} has no {file}: delete it.", run=self.id, file=name)
                ) from None
            raise RunNotFoundError(_("The run {run} was deleted.", run=self.id)) from None
        except (UnicodeDecodeError, OSError) as error:
            raise RunDamagedError(
                _(
                    "{path} cannot be read ({error}): delete the run, or repair the file.",
                    path=f"{self.id}/{name}",
                    error=getattr(error, "strerror", None) or error,
                )
            ) from error


def is_there(path: Path) -> bool:
    """Whether there is a file, without asking whether it may be read."""
    try:
        return path.exists()
    except OSError:  # a folder that may not be looked into
        return False
