"""Typed state of a session: one instance of a dataclass for each browser tab."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")


def of_session(kind: type[T], make: Callable[[], T] | None = None) -> T:
    """The session's own instance of a state, made at the first call.

    It lies in Streamlit's session state under the class's `KEY`, or its name.

    Args:
        kind: the class.
        make: makes the first instance; without it the class is called without arguments.
    """
    key = key_of(kind)
    if key not in st.session_state:
        st.session_state[key] = (make or kind)()
    return st.session_state[key]


def is_in_session(kind: type[Any]) -> bool:
    """Whether the session has an instance of that state already."""
    return key_of(kind) in st.session_state


def key_of(kind: type[Any]) -> str:
    """The key in Streamlit's session state."""
    return getattr(kind, "KEY", kind.__name__)
