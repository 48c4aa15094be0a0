"""A zip of a person's own pictures, made a data set, and what trains on it at first."""

from pathlib import Path

from nnlab.config import Experiment
from nnlab.data.pictures.archive import MOST_BYTES
from nnlab.data.pictures.reading import Wish, read_archive
from nnlab.errors import InvalidExperimentError, NnlabError
from nnlab.library.said import say
from nnlab.recipes.own_pictures import for_pictures
from nnlab.runs.room import Room
from nnlab.settings import read_settings
from nnlab.texts import _
from nnlab.visitor import LOCAL


def experiment_on(path: Path, wish: Wish | None = None, *, leave_out: bool = False) -> Experiment:
    """Keep the pictures of a zip in the data directory, and say what trains on them at first.

    Raises:
        NnlabError: the file cannot be read, is no zip of pictures in folders, or has files that
            are no pictures and `leave_out` does not say that they may be left out.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InvalidExperimentError(
            _(
                "'{path}' cannot be read ({error}): give the path of a zip.",
                path=path,
                error=error.strerror,
            )
        ) from error
    settings = read_settings()
    reading = read_archive(content, seconds=None)
    for name, why in reading.refused:
        say(f"{name}: {why}")
    if reading.refused and not leave_out:
        raise NnlabError(
            _(
                "{n:,} file of {path} cannot be used: take it out of the zip, or run python -m"
                " nnlab pictures {path} --leave-out.",
                "{n:,} files of {path} cannot be used: take them out of the zip, or run python -m"
                " nnlab pictures {path} --leave-out.",
                n=len(reading.refused),
                path=path,
            )
        )
    room = Room.of(settings)
    kept = reading.keep(wish or Wish(), settings.data_dir, owner=LOCAL, room=room.must_have)
    return for_pictures(kept)
