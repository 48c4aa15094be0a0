"""A plotly chart that stays the same element of the page from frame to frame."""

import json
import zlib
from functools import cache
from pathlib import Path

import plotly
import plotly.graph_objects as go
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from nnlab.ui.served import loader, served

SCRIPT = Path(__file__).with_name("chart.js")
LIBRARY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def show_chart(figure: go.Figure, *, key: str, alt: str) -> None:
    """Draw a figure of `nnlab.figures`, whose layout says its height.

    `st.plotly_chart` makes an element's identity from its data, even with a key: each frame of a
    live chart is then a new element, whose plot the browser makes anew, and what a person points
    at is lost. Here the key is the identity, and plotly updates the plot that is there.

    Args:
        figure: drawn as it is, without Streamlit's theme.
        key: unique on the page; the element's class is `st-key-…`.
        alt: what the chart says, in words.

    Raises:
        NnlabError: the scripts cannot be put where Streamlit serves them.
    """
    drawn = figure.to_plotly_json()
    content = {"alt": alt, "data": drawn["data"], "layout": drawn["layout"]}
    _component()(key=key, data=zlib.compress(json.dumps(content, separators=(",", ":")).encode()))


@cache
def _component() -> ComponentRenderer:
    library = served(f"plotly-{plotly.__version__}.min.js", LIBRARY.read_bytes())
    script = f'const LIBRARY = "{library}";\n{SCRIPT.read_text(encoding="utf-8")}'.encode()
    address = served(f"chart-{zlib.crc32(script):08x}.js", script)
    return st.components.v2.component(
        "nnlab_chart",
        html='<div class="nnlab-chart"></div>',
        js=loader("nnlabChart", address),
        isolate_styles=False,
    )
