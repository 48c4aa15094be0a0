"""Scripts of the page's own components, which Streamlit serves beside app.py."""

from pathlib import Path

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.files import write_whole
from nnlab.texts import _

SERVED = Path(__file__).parents[3] / "static"
"""Streamlit serves this folder beside app.py, under app/static."""

# A component's script goes out with every frame, so this one only fetches the real one, once a
# page. As a module or a script tag that would be refused: Streamlit serves static scripts as text.
_LOADER = """export default (c) => {
window.NAME ??= fetch("ADDRESS").then((a) => a.text()).then((t) => new Function(t)());
window.NAME.then((f) => f.draw(c));
return () => window.NAME.then((f) => f.drop(c));
}"""


def loader(name: str, address: str) -> str:
    """The script of a component whose real one is at `address`.

    The real one is the body of a function that returns `draw` and `drop`, each of which takes what
    Streamlit gives a component's script. `name` keeps it on the page's `window`.
    """
    return _LOADER.replace("NAME", name).replace("ADDRESS", address)


def served(name: str, content: bytes) -> str:
    """The address of a script that Streamlit serves; its version is to be in its name.

    Raises:
        NnlabError: the script cannot be put where Streamlit serves it.
    """
    path = SERVED / name
    if not path.exists():
        try:
            SERVED.mkdir(exist_ok=True)
            write_whole(path, lambda temporary: temporary.write_bytes(content))
        except OSError as error:
            raise NnlabError(
                _(
                    "{path} cannot be written ({reason}): pages are drawn with it. Give the right"
                    " to write there, or make room.",
                    path=path,
                    reason=error.strerror,
                )
            ) from error
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"{'/' + base if base else ''}/app/static/{name}"
