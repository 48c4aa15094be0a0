"""A plotly chart that stays the same element of the page from frame to frame."""

import json
import zlib
from functools import cache
from pathlib import Path

import plotly
import plotly.graph_objects as go
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from nnlab.errors import NnlabError
from nnlab.runs.files import write_whole

SCRIPT = Path(__file__).with_name("chart.js")
LIBRARY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
SERVED = Path(__file__).parents[2] / "static"
"""Streamlit serves this folder beside app.py, under app/static."""

# A component's script goes out with every frame, so this one only fetches the real one, once a
# page. As a module or a script tag that would be refused: Streamlit serves static scripts as text.
LOADER = """export default (c) => {
window.nnlabChart ??= fetch("ADDRESS").then((a) => a.text()).then((t) => new Function(t)());
window.nnlabChart.then((f) => f.draw(c));
return () => window.nnlabChart.then((f) => f.drop(c));
}"""


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
    library = _served(f"plotly-{plotly.__version__}.min.js", LIBRARY.read_bytes())
    script = f'const LIBRARY = "{library}";\n{SCRIPT.read_text(encoding="utf-8")}'.encode()
    address = _served(f"chart-{zlib.crc32(script):08x}.js", script)
    return st.components.v2.component(
        "nnlab_chart",
        html='<div class="nnlab-chart"></div>',
        js=LOADER.replace("ADDRESS", address),
        isolate_styles=False,
    )


def _served(name: str, content: bytes) -> str:
    """The address of a script that Streamlit serves; the version is in its name."""
    path = SERVED / name
    if not path.exists():
        try:
            SERVED.mkdir(exist_ok=True)
            write_whole(path, lambda temporary: temporary.write_bytes(content))
        except OSError as error:
            raise NnlabError(
                f"{path} cannot be written ({error.strerror}): charts are drawn with it. Give the"
                " right to write there, or make room."
            ) from error
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"{'/' + base if base else ''}/app/static/{name}"
