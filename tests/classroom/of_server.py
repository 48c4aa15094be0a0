"""The class of this process, for as long as a test lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import streamlit as st

from nnlab.classroom import answers, current
from nnlab.classroom.classroom import Classroom
from nnlab.wire import hub
from nnlab.wire.room import wall


@contextmanager
def class_of_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Classroom]:
    """NNLAB_CLASS is set, and nothing is known of the class, the runs and the wall before.

    To be asked after NNLAB_RUNS_DIR is the test's own.
    """
    monkeypatch.setenv("NNLAB_CLASS", "1")
    st.cache_resource.clear()
    _forget()
    room = current.classroom()
    assert room is not None
    yield room
    _forget()


def _forget() -> None:
    for cache in (current._only, answers._of, hub._only_hub, wall._only_ticker):
        cache.cache_clear()
