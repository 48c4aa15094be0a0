"""Elements of the page that draw themselves by a module of nnlab/web."""

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from nnlab.wire.modules import address

_LOADER = """const module = import(new URL("ADDRESS", document.baseURI));
export default (c) => {
module.then((m) => m.draw(c));
return () => module.then((m) => m.drop(c));
}"""
"""A component's script goes out with every frame, so this one only fetches the real one, once a
page. One promise for all calls keeps their order: two imports of a module that is on its way may
come back the other way round, and an older frame would stay. Streamlit runs the script from a
blob: URL, from which no path leads to the server."""


def component(name: str, module: str, *, style: str | None = None) -> ComponentRenderer:
    """An element of the page, registered once; whoever calls keeps it.

    Args:
        name: `chart` makes `<div class="nnlab-chart">`.
        module: its JavaScript, a file of nnlab/web that exports `draw` and `drop`, each of which
            takes what Streamlit gives a component's script.
        style: CSS that the element brings with it.
    """
    place = address(module, str(st.get_option("server.baseUrlPath")))
    return st.components.v2.component(
        f"nnlab_{name}",
        html=f'<div class="nnlab-{name}"></div>',
        css=style,
        js=_LOADER.replace("ADDRESS", place),
        isolate_styles=False,
    )
