"""Messages on a page. No other file calls `st.error` and its like.

Streamlit reads Markdown in them. A message often holds what somebody else wrote: a run's name, a
column of a table, a library's error; as Markdown it could show a stranger's picture, which the
browser of everybody who sees it would fetch. So a text is shown literally, unless `marked`
made it.
"""

from pathlib import Path
from typing import Literal

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.ui import services
from nnlab.ui.words import plain
from nnlab.visible import without_folders

MOST = 4_000
"""Limit for the characters of a text; the rest is cut off."""
Level = Literal["error", "warning", "info", "success", "toast"]


class Markdown(str):
    """A text whose marks are nnlab's own."""

    __slots__ = ()


def marked(text: str, many: str | None = None, /, **values: object) -> Markdown:
    """Translate a text with Markdown, as `nnlab.texts._`; its values are shown literally.

    Args:
        text: the literal; none of its placeholders may stand between backticks, unless its value
            is a number.
        many: the plural form.
        values: a text among them is escaped; one that `marked` made is not.
    """
    return Markdown(_(text, many, **{name: _safe(value) for name, value in values.items()}))


def say(level: Level, *said: str | NnlabError, icon: str | None = None) -> None:
    """Show a message: its parts with a space between.

    Where on the server a file lies is left out: a page's visitors have no use for it.
    """
    words = [word for word in map(as_it_stands, said) if word]
    getattr(st, level)(" ".join(words), icon=icon)


def as_it_stands(said: str | NnlabError) -> Markdown:
    """Escape a text so that Markdown shows it and its lines literally; keep one made by `marked`.

    For texts that are no messages, such as a caption below a chart.
    """
    if isinstance(said, Markdown):
        return said
    lines = without_folders(str(said)[:MOST], _folders()).strip().splitlines()
    return Markdown("  \n".join(plain(line) for line in lines))


def _safe(value: object) -> object:
    return as_it_stands(value) if isinstance(value, str | NnlabError) else value


def _folders() -> list[Path]:
    try:
        settings = services.settings()
    except NnlabError:  # they are what the message is about
        return [Path.cwd()]
    return [settings.runs_dir, settings.data_dir, Path.cwd()]
