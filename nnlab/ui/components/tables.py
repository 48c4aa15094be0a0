"""Tables as HTML: their frame, their rows, and numbers whose digits are all there on hover."""

from collections.abc import Iterable, Sequence

import streamlit as st

from nnlab.texts import DASH, formatted
from nnlab.visible import in_html


def table(
    css: str,
    rows: Iterable[str],
    *,
    heads: Sequence[str] = (),
    foot: Iterable[str] = (),
    label: str = "",
    caption: str = "",
) -> str:
    """A table as HTML.

    Args:
        css: the class, which has its rules in a style sheet.
        rows: of the body, as `row` makes them.
        heads: texts of the columns' heads; an empty one has no scope. None: no head.
        foot: rows of the foot.
        label: the accessible name.
        caption: a text that stands above it.
    """
    named = f" aria-label='{in_html(label)}'" if label else ""
    said = f"<caption>{in_html(caption)}</caption>" if caption else ""
    head = "".join(f"<th scope='col'>{name}</th>" if name else "<th></th>" for name in heads)
    head = f"<thead><tr>{head}</tr></thead>" if heads else ""
    end = "".join(foot)
    end = f"<tfoot>{end}</tfoot>" if end else ""
    return f"<table class='{css}'{named}>{said}{head}<tbody>{''.join(rows)}</tbody>{end}</table>"


def row(name: str, *cells: str, css: str = "", hint: str = "") -> str:
    """A row: what it is about (HTML, with a hint for who points at it), then its cells."""
    mark = f" class='{css}'" if css else ""
    title = f" title='{in_html(hint)}'" if hint else ""
    return f"<tr{mark}><th scope='row'{title}>{name}</th>{''.join(cells)}</tr>"


def cell(text: str) -> str:
    """A cell of any text."""
    return f"<td>{in_html(text)}</td>"


def number_cell(value: float | None, digits: str, live: str = "") -> str:
    """A number as `digits` (a format) writes it, and all its digits on hover; a dash for None.

    `live`: of `kept_up_to_date`.
    """
    if value is None:
        return f"<td{live}>{DASH}</td>"
    return f"<td title='{value!r}'{live}>{formatted(value, digits)}</td>"


def kept_up_to_date(kind: str, **what: object) -> str:
    """Attributes of an element whose text the browser writes anew (nnlab/web/words.js)."""
    said = {"live": kind, **what}
    return "".join(f" data-{name}='{in_html(str(value))}'" for name, value in said.items())


def facts_table(rows: Sequence[tuple[str, str]], label: str) -> None:
    """Draw names and values in two columns; both may be any text."""
    body = [row(in_html(name), cell(value)) for name, value in rows]
    st.html(table("nnlab-facts", body, label=label))
