"""A reader that ships, laid out as a run: whatever reads runs reads it, by one mechanism."""

import math
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from nnlab.config import Images
from nnlab.data.published import COUNTS
from nnlab.errors import NnlabError
from nnlab.files import cannot_write, read_plain, write_bytes
from nnlab.readers import Shipped, shipped
from nnlab.readers.shipped import with_step
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.run import EXPERIMENT, META, MOST_BYTES, SHIPPED, SHIPPED_FOLDER, Meta, Run
from nnlab.texts import _
from nnlab.training.events import Event, FitEnded, FitStarted, to_line


def shipped_run(name: str, runs: Path) -> Run:
    """A shipped reader as a run: its files lie in a hidden folder of the runs directory.

    It has no checkpoints: nothing goes on from it but a copy (`nnlab.export.fine_tune`).

    Args:
        name: one of `nnlab.readers.NAMES`, the run's id.
        runs: the runs directory.

    Raises:
        NnlabError: what ships is damaged, or the directory cannot be written.
    """
    run = Run(runs / SHIPPED_FOLDER / name)
    if not all((run.path / file).is_file() for file in (EXPERIMENT, META, EVENTS_FILE, LIVE)):
        _lay_out.cache_clear()
    _lay_out(run)
    return run


@cache
def _lay_out(run: Run) -> None:
    """Write the files once a process, and only those that are not there as they should be."""
    try:
        run.path.mkdir(parents=True, exist_ok=True)
        for file, content in _files(shipped(run.id)).items():
            path = run.path / file
            if not path.is_file() or read_plain(path, MOST_BYTES) != content:
                write_bytes(path, content)
    except OSError as error:
        place = _("The runs directory {path}", path=run.path.parent.parent.resolve())
        raise cannot_write(place, error) from error


def _files(reader: Shipped) -> dict[str, bytes]:
    record = reader.record
    meta = Meta(name=reader.name, created=_made(record.run), owner=SHIPPED, recipe=record.recipe)
    log = "".join(f"{to_line(event)}\n" for event in _events(reader))
    return {
        EXPERIMENT: reader.experiment.to_json(indent=1).encode(),
        META: meta.model_dump_json(indent=1).encode(),
        EVENTS_FILE: log.encode(),
        LIVE: with_step(reader.weights, record.step),
    }


def _made(run_id: str) -> float:
    """Return a run's creation in seconds since 1970, by the id that its lab gave it; 0: unknown."""
    try:
        return datetime.strptime(run_id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


def _events(reader: Shipped) -> list[Event]:
    """The first and the last word of its training, as its record has them."""
    record, experiment = reader.record, reader.experiment
    data = experiment.data
    if not isinstance(data, Images):
        raise NnlabError(
            _("A reader that ships learns from pictures, got '{data}'.", data=data.kind)
        )
    published, test = COUNTS[data.kind]
    train_size = published - data.held_out if data.train_size is None else data.train_size
    started = FitStarted(
        step=0,
        epoch=0,
        seconds=0,
        schema=1,
        nnlab=record.nnlab,
        torch=record.torch,
        device="cpu",
        threads=experiment.training.threads or 1,
        fused=True,
        processor=record.processor,
        parameters=reader.parameters,
        train_size=train_size,
        val_size=test if data.test == "validates" else data.held_out,
        steps_per_epoch=math.ceil(record.step / record.epochs),
        total_steps=record.step,
    )
    ended = FitEnded(
        step=record.step,
        epoch=record.epochs,
        seconds=record.seconds,
        reason="completed",
        train_loss=record.train_loss,
        val_accuracy=record.val_accuracy,
        test_accuracy=record.test_accuracy,
    )
    return [started, ended]
