"""The pictures that the Images page shows of a data set."""

from pathlib import Path

import numpy as np
import streamlit as st

from nnlab.config import Images
from nnlab.data import images
from nnlab.data.description import names_of
from nnlab.data.published import SETS
from nnlab.data.samples import Samples, samples
from nnlab.errors import DataUnavailableError, NnlabError
from nnlab.figures.pictures.digits import sample_grid
from nnlab.texts import N_, _
from nnlab.ui import services
from nnlab.ui.runtime.cache import kept
from nnlab.ui.words import plain

LABELS = {
    "digits": N_("digits"),
    **{kind: published.label for kind, published in SETS.items()},
    "digits-strokes": N_("digits + strokes"),
    "mnist-hands": N_("MNIST + hands"),
    "mnist-strokes": N_("MNIST + strokes"),
    "handwriting": N_("our handwriting"),
    "pictures": N_("own pictures"),
}
"""The page's label of each kind of pictures; goes through `_` where it is shown."""
SHORT = 2
"""Characters of a class's name up to which the names need no line of their own."""


def pictures(data: Images) -> Samples:
    """A few pictures, read once for all sessions until a file of the data set changes.

    Raises:
        DataUnavailableError: files are absent or damaged.
        NnlabError: more pictures are asked for than there are.
    """
    data_dir = services.settings().data_dir
    found = _read(data, data_dir, images.stamp(data, data_dir))
    if isinstance(found, NnlabError):
        raise found.with_traceback(None)
    return found


def missing(data: Images) -> str | None:
    """Why the data set cannot be read, where it was looked for and what to do; None if it can."""
    try:
        pictures(data)
    except DataUnavailableError as error:
        return str(error)
    except NnlabError:
        return None  # too many pictures asked for: the form's problem, not the files'
    return None


def show_samples(data: Images) -> None:
    """Two pictures of each class; a quiet line where they cannot be shown."""
    try:
        shown = pictures(data).shown
    except NnlabError:
        st.caption(
            _("Its pictures are not on this computer yet: the page says below Train what to do.")
        )
        return
    names = names_of(data)
    alt = _("Two pictures of each class: {names}.", names=", ".join(names))
    columns = len(names) if len(names) <= 10 else -(-len(names) // 2)
    st.image(_sheet(shown.tobytes(), shown.shape, columns), width="stretch", alt=alt)
    if max(map(len, names)) > SHORT:
        st.caption(" · ".join(map(plain, names)))


@kept
def _read(data: Images, data_dir: Path, stamp: object) -> Samples | NnlabError:
    """Errors are kept too: a broken archive is not read anew each time that the page runs."""
    try:
        return samples(data, data_dir)
    except NnlabError as error:
        return error


@kept
def _sheet(shown: bytes, shape: tuple[int, ...], columns: int) -> bytes:
    return sample_grid(np.frombuffer(shown, np.float32).reshape(shape), columns=columns)
