"""The picture: three tabs over one network."""

from pathlib import Path

import streamlit as st

from nnlab.learn.three_ways.pairs import Pair, pairs
from nnlab.texts import _, number
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.learn.chapters.three_ways.steps import show_steps
from nnlab.ui.learn.chapters.three_ways.ways import show_ways
from nnlab.ui.runtime.cache import kept
from nnlab.visible import in_html

STYLE = Path(__file__).with_name("three_ways.css")


def show() -> None:
    """One network three ways; functions against objects; a script in five steps."""
    st.html(STYLE)
    ways, functional, steps = st.tabs(
        [_("One network, three ways"), _("functional against nn"), _("A script in five steps")]
    )
    with ways:
        show_ways()
    with functional:
        _show_pairs()
    with steps:
        show_steps()


def _show_pairs() -> None:
    st.markdown(
        _(
            "`torch.nn.functional` computes; `torch.nn` keeps. A function gets all that it needs"
            " with each call; an object keeps its tensors in a `state_dict`, and `train()` and"
            " `eval()` set its mode."
        )
    )
    rows = [
        row(
            f"<code>{in_html(one.function)}</code>",
            f"<td><code>{in_html(one.module)}</code></td>",
            cell(_("the same") if one.equal else _("different")),
            cell(number(one.kept)),
            cell(_("yes") if one.has_mode else _("no")),
        )
        for one in _pairs()
    ]
    heads = (
        *(_("functional"), _("nn"), _("outputs after eval()")),
        *(_("tensors kept by nn"), _("train() gives other numbers")),
    )
    st.html(
        "<div class='nnlab-pairs-frame' tabindex='0'>"
        + table("nnlab-pairs", rows, heads=heads, label=_("functional against nn"))
        + "</div>"
    )


@kept
def _pairs() -> tuple[Pair, ...]:
    return pairs()
