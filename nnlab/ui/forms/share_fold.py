"""Share: the link of what is on the Playground, and what it leaves out of sight for a lesson."""

import streamlit as st

from nnlab.config import Experiment
from nnlab.texts import _
from nnlab.ui.components.link_field import show_link
from nnlab.ui.session.chart_options import Look
from nnlab.ui.session.hide import HIDE, PARTS, PRESETS, hidden_by, preset_of, read_hidden
from nnlab.ui.session.runs_state import show_in_runs
from nnlab.ui.session.share import address
from nnlab.ui.session.widgets import playground as widgets

CHOICE, PRESET = "share_hidden", "share_preset"


def show_share(experiment: Experiment, look: Look, run: str | None = None) -> None:
    """The button, and behind it the link, with what is hidden by a preset or part by part.

    And the way to one HTML file of the run in view, where there is one.
    """
    with st.popover(_("Share"), key=widgets.key("share"), icon=":material/share:"):
        st.caption(
            _(
                "Anyone who opens this link gets the same experiment and, on the same processor and"
                " PyTorch, the same numbers."
            )
        )
        link = st.container()
        presents = st.toggle(_("Opens as a presentation"), key=widgets.key("share_presents"))
        widgets.setdefault(CHOICE, list(read_hidden(st.query_params.get(HIDE, ""))[0]))
        widgets.setdefault(PRESET, preset_of(widgets[CHOICE]))
        st.pills(
            _("What students can change"),
            list(PRESETS),
            format_func=lambda name: _(PRESETS[name].label),
            key=widgets.key(PRESET),
            on_change=_take_preset,
        )
        with st.expander(_("Choose parts"), key=widgets.key("share_parts")):
            hidden = st.pills(
                _("Hidden"),
                list(PARTS),
                selection_mode="multi",
                format_func=lambda name: _(PARTS[name].label),
                key=widgets.key(CHOICE),
                on_change=_name_preset,
            )
            by_hand = _(
                "By hand: `&{hide}=` and any of `{names}`.",
                hide=HIDE,
                names=",".join((*PRESETS, *PARTS)),
            )
            st.caption(by_hand)
        with link:
            show_link(
                address(experiment, look, tuple(hidden), presents=presents),
                key=widgets.key("share_link"),
            )
        if run is not None and st.button(
            _("This run as one HTML file"),
            key=widgets.key("share_html"),
            icon=":material/html:",
            type="tertiary",
            help=_("A page that plays its training anywhere, by a double click, offline."),
        ):
            show_in_runs(run, form="html")


def _take_preset() -> None:
    preset = widgets[PRESET]
    if preset is None:  # a second tap on the chosen one
        _name_preset()
    else:
        widgets[CHOICE] = list(hidden_by(preset))


def _name_preset() -> None:
    widgets[PRESET] = preset_of(widgets[CHOICE])
