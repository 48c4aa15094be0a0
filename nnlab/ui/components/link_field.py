"""A link to be copied, also where the browser gives the page no clipboard."""

from functools import cache
from pathlib import Path

from streamlit.components.v2.types import ComponentRenderer

from nnlab.ui.components.component import component

STYLE = Path(__file__).with_name("link_field.css")


def show_link(address: str, *, key: str) -> None:
    """The link in a field of one line that a tap selects whole, and a button that copies it.

    Over plain http there is no clipboard (https://www.w3.org/TR/clipboard-apis/ asks for a secure
    context): then the button copies what is selected, and where not even that is allowed it
    leaves the link selected and says what to press.

    Args:
        address: the whole link.
        key: unique on the page.
    """
    _component()(key=key, data={"address": address})


@cache
def _component() -> ComponentRenderer:
    return component("link", "components/link_field.js", style=STYLE.read_text("utf-8"))
