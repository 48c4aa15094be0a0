"""The pictures that the Images page shows, and what it does where they are not here."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import streamlit as st

from nnlab.config import Images
from nnlab.data.archives import ARCHIVE_BYTES, FOLDERS, UNPACKED_BYTES, raw_folder
from nnlab.data.images import CLASS_NAMES
from nnlab.data.samples import Samples, samples
from nnlab.errors import DataUnavailableError, NnlabError
from nnlab.figures.digits import sample_grid
from nnlab.runs.disk import in_words
from nnlab.ui import services
from nnlab.ui.downloads import find_download, forget_download, start_download

LABELS = {"digits": "digits", "mnist": "MNIST", "fashion-mnist": "Fashion-MNIST"}
"""What the page calls each kind."""


def pictures(data: Images) -> Samples:
    """A few pictures, read once for all sessions until a file of the data set changes.

    Raises:
        DataUnavailableError: files are absent or damaged.
        NnlabError: more pictures are asked for than there are.
    """
    data_dir = services.settings().data_dir
    found = _read(data, data_dir, _stamp(data.kind, data_dir))
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
        st.caption("Its pictures are not here yet.")
        return
    names = CLASS_NAMES[data.kind]
    alt = f"Two pictures of each class: {', '.join(names)}."
    st.image(_sheet(shown.tobytes()), width="stretch", alt=alt)
    if data.kind == "fashion-mnist":
        st.caption(" · ".join(names))


def downloading(data: Images) -> bool:
    """Whether a download of this data set is under way."""
    download = find_download(data.kind)
    return download is not None and download.running


def show_missing(
    data: Images, message: str, use_digits: Callable[[], None], kept: str | None
) -> None:
    """What is missing, and the two ways out: download it, or take the embedded digits.

    `kept` is a word on the run that waits meanwhile.
    """
    kind = data.kind
    data_dir = services.settings().data_dir
    download = find_download(kind)
    with st.container(border=True, key="missing_data"):
        if download is not None and download.running:
            st.markdown(f"**Downloading {LABELS[kind]}** into `{raw_folder(kind, data_dir)}`")
            st.progress(download.share, text=f"{download.share:.0%} · {download.what}")
        else:
            failed = download.error if download is not None else None
            st.warning(failed or message, icon=":material/cloud_off:")
        with st.container(horizontal=True, gap="small"):
            if download is not None and download.running:
                st.button("Cancel", key="cancel_download", on_click=forget_download, args=(kind,))
            else:
                st.button(
                    f"Download {LABELS[kind]} ({in_words(sum(ARCHIVE_BYTES[kind]))})",
                    key="download",
                    icon=":material/download:",
                    type="primary",
                    on_click=start_download,
                    args=(kind, data_dir),
                )
            if st.button("Use the embedded digits", key="use_digits", on_click=use_digits):
                st.rerun()  # the form stands outside of this fragment
        if kept is not None:
            st.caption(kept)


@lru_cache(maxsize=32)
def _read(data: Images, data_dir: Path, stamp: object) -> Samples | NnlabError:
    """Errors are kept too: a broken archive is not read anew eight times a second."""
    try:
        return samples(data, data_dir)
    except NnlabError as error:
        return error


def _stamp(kind: str, data_dir: Path) -> tuple[tuple[int, int] | None, ...]:
    """Changes whenever a file of the data set does."""
    if kind not in FOLDERS:
        return ()
    folder = raw_folder(kind, data_dir)
    names = [name + suffix for name in UNPACKED_BYTES for suffix in ("", ".gz")]
    return tuple(_look(folder / name) for name in names)


def _look(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


@lru_cache(maxsize=32)
def _sheet(shown: bytes) -> bytes:
    return sample_grid(np.frombuffer(shown, np.float32).reshape(-1, 28, 28))
