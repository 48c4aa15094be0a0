"""The links of what is on a page: the whole experiment, and the way to a sweep of it."""

from urllib.parse import urlencode, urljoin

import streamlit as st

from nnlab.config import Experiment, to_link
from nnlab.ui.session.address import LINK, LOOK, PRESENT
from nnlab.ui.session.chart_options import Look
from nnlab.ui.session.hide import HIDE, words_of
from nnlab.ui.shell import page_file


def show_sweep_link(experiment: Experiment, label: str) -> None:
    """The way to the page of sweeps, which begins there with this experiment."""
    st.page_link(
        page_file("sweep"),
        label=label,
        icon=":material/grid_view:",
        query_params={LINK: to_link(experiment)},
    )


def address(
    experiment: Experiment, look: Look, hidden: tuple[str, ...], *, presents: bool = False
) -> str:
    """The whole address: experiment, look, what is hidden, and whether it opens as a presentation.

    Args:
        experiment: of the Playground.
        look: of its charts.
        hidden: names of `PARTS`.
        presents: let the page open with larger type and without its form.
    """
    said = {
        LINK: to_link(experiment),
        LOOK: look.to_words(),
        HIDE: words_of(hidden),
        PRESENT: "1" if presents else "",
    }
    query = urlencode({name: words for name, words in said.items() if words}, safe=",")
    return urljoin(st.context.url or "/", f"playground?{query}")
