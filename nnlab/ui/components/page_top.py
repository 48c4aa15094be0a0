"""Scrolls a new page to its top, however far the previous page was scrolled."""

from functools import cache

from streamlit.components.v2.types import ComponentRenderer

from nnlab.ui.components.component import component


def begin_at_top(page: str) -> None:
    """Let the browser scroll up when the page is another one than before. Takes no room.

    Args:
        page: its address with its chapter, which tells it from the others.
    """
    _component()(key="page_top", data={"page": page})


@cache
def _component() -> ComponentRenderer:
    return component("top", "components/page_top.js")
