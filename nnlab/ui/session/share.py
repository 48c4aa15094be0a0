"""Share: the link of what is on the page, what it leaves out of sight, and the way to a sweep."""

from urllib.parse import urlencode, urljoin

import streamlit as st

from nnlab.config import Experiment, to_link
from nnlab.texts import _
from nnlab.ui.session.address import LINK, LOOK
from nnlab.ui.session.chart_options import Look
from nnlab.ui.session.hide import HIDE, PARTS, read_hidden
from nnlab.ui.session.widgets import playground as widgets
from nnlab.ui.shell import page_file

CHOICE = "share_hidden"


def show_share(experiment: Experiment, look: Look) -> None:
    """The button, and behind it the link with the parts to be hidden."""
    with st.popover(_("Share"), key=widgets.key("share"), icon=":material/share:"):
        st.caption(
            _(
                "Whoever opens this link gets the same experiment and, on the same processor and"
                " PyTorch, the same numbers."
            )
        )
        link = st.container()
        widgets.setdefault(CHOICE, list(read_hidden(st.query_params.get(HIDE, ""))[0]))
        hidden = st.pills(
            _("Hide for a lesson"),
            list(PARTS),
            selection_mode="multi",
            format_func=lambda name: _(PARTS[name].label),
            key=widgets.key(CHOICE),
        )
        link.code(address(experiment, look, tuple(hidden)), language=None, wrap_lines=True)
        st.caption(_("By hand: `&{hide}=` and any of `{parts}`.", hide=HIDE, parts=",".join(PARTS)))


def show_sweep_link(experiment: Experiment, label: str) -> None:
    """The way to the page of sweeps, which begins there with this experiment."""
    st.page_link(
        page_file("sweep"),
        label=label,
        icon=":material/grid_view:",
        query_params={LINK: to_link(experiment)},
    )


def address(experiment: Experiment, look: Look, hidden: tuple[str, ...]) -> str:
    """The whole address: experiment, look, and the names of what is hidden."""
    said = {LINK: to_link(experiment), LOOK: look.to_words(), HIDE: ",".join(hidden)}
    query = urlencode({name: words for name, words in said.items() if words}, safe=",")
    return urljoin(st.context.url or "/", f"playground?{query}")
