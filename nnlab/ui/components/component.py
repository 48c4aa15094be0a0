"""Elements of the page that draw themselves by a script of this package."""

import zlib
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from nnlab.ui.components.static_assets import loader, served

TEXTS = Path(__file__).with_name("texts.js")
"""What every script says to a person goes through its `_`."""


def component(
    name: str, script: Path, *, prelude: str = "", style: str | None = None
) -> ComponentRenderer:
    """An element of the page, registered once; whoever calls keeps it.

    Args:
        name: `chart` makes `<div class="nnlab-chart">`.
        script: its JavaScript, the body of a function that returns `draw` and `drop`.
        prelude: lines of JavaScript to stand before it.
        style: CSS that the element brings with it.

    Raises:
        NnlabError: the script cannot be put where Streamlit serves it.
    """
    texts = TEXTS.read_text(encoding="utf-8")
    content = f"{texts}{prelude}{script.read_text(encoding='utf-8')}".encode()
    address = served(f"{name}-{zlib.crc32(content):08x}.js", content)
    return st.components.v2.component(
        f"nnlab_{name}",
        html=f'<div class="nnlab-{name}"></div>',
        css=style,
        js=loader(f"nnlab_{name}", address),
        isolate_styles=False,
    )
