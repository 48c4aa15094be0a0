"""Downloads of data sets, one a kind, seen by everybody who has the page open."""

import threading
from pathlib import Path

import streamlit as st

from nnlab.data.download import download
from nnlab.errors import NnlabError
from nnlab.texts import N_


class Download:
    """A download in a thread of its own: it outlives a reload of the page that began it."""

    def __init__(self, kind: str, data_dir: Path) -> None:
        self.share = 0.0
        """0 to 1."""
        self.what = N_("connecting …")
        self.error: str | None = None
        """Why it failed, with the mend."""
        self.running = True
        self._cancelled = False
        self._kind, self._data_dir = kind, data_dir
        self._thread = threading.Thread(target=self._work, name=f"download-{kind}", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """End it; what came whole stays, the rest is removed."""
        self._cancelled = True
        self.running = False

    def join(self) -> None:
        """Wait until it is over."""
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
    """Somebody pressed Cancel."""


@st.cache_resource(show_spinner=False)
def _downloads() -> dict[str, Download]:
    return {}


def find_download(kind: str) -> Download | None:
    """The newest download of a kind, under way or over; None where nobody asked for one."""
    return _downloads().get(kind)


def start_download(kind: str, data_dir: Path) -> None:
    """Begin, unless it is under way."""
    known = find_download(kind)
    if known is None or not known.running:
        _downloads()[kind] = Download(kind, data_dir)


def forget_download(kind: str) -> None:
    """End what is under way, and forget what went wrong."""
    known = _downloads().pop(kind, None)
    if known is not None:
        known.cancel()
