"""Downloads of data sets: one for each kind, shared by all sessions."""

import threading
from pathlib import Path

import streamlit as st

from nnlab.data.download import download
from nnlab.errors import NnlabError
from nnlab.texts import N_


class Download:
    """A download in its own thread, which continues when the page that started it is reloaded."""

    def __init__(self, kind: str, data_dir: Path) -> None:
        self.share = 0.0
        """Progress, 0 to 1."""
        self.what = N_("connecting …")
        self.error: str | None = None
        """Why it failed, and how to fix it."""
        self.running = True
        self._cancelled = False
        self._kind, self._data_dir = kind, data_dir
        self._thread = threading.Thread(target=self._work, name=f"download-{kind}", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Cancel the download. Complete files stay, the rest is removed."""
        self._cancelled = True
        self.running = False

    def join(self) -> None:
        """Wait until the download has ended."""
        self._thread.join()

    def _work(self) -> None:
        try:
            download(self._kind, self._data_dir, self._report)
        except _CancelledError:
            pass
        except NnlabError as error:
            self.error = str(error)
        finally:
            self.running = False

    def _report(self, share: float, what: str) -> None:
        if self._cancelled:
            raise _CancelledError
        self.share, self.what = share, what


class _CancelledError(Exception):
    """The download was cancelled by its button."""


@st.cache_resource(show_spinner=False)
def _downloads() -> dict[str, Download]:
    return {}


def find_download(kind: str) -> Download | None:
    """Return the newest download of a kind, running or ended; None if there was none."""
    return _downloads().get(kind)


def start_download(kind: str, data_dir: Path) -> None:
    """Start the download of a kind, unless it is already running."""
    known = find_download(kind)
    if known is None or not known.running:
        _downloads()[kind] = Download(kind, data_dir)


def forget_download(kind: str) -> None:
    """Cancel the download of a kind if it is running, and forget its error."""
    known = _downloads().pop(kind, None)
    if known is not None:
        known.cancel()
