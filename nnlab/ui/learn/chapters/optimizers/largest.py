"""How large each rate may be, found by trying when somebody asks."""

import streamlit as st

from nnlab.learn.optimizers.limits import HIGHEST, LOWEST, STEPS, largest_rates
from nnlab.learn.optimizers.objective import Objective
from nnlab.learn.optimizers.race import RACERS
from nnlab.texts import _, number
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.learn.chapters.optimizers.controls import Settings
from nnlab.ui.learn.chapters.optimizers.minimised import Subject
from nnlab.ui.runtime.cache import kept
from nnlab.ui.session.widgets import learn as widgets
from nnlab.visible import in_html

KEPT = "optimizers_largest"


def show_largest_rates(subject: Subject, settings: Settings) -> None:
    """The button, and once it was pressed the table, until the start or the function is another."""
    asked = (subject.id, hash(subject.objective), settings.start, settings.momentum)
    with st.container(key="learn_optimizers_largest"):
        if st.button(
            _("How large may each rate be?"),
            key=widgets.key("optimizers_find"),
            icon=":material/speed:",
            help=_("Tries rates from this start until one diverges: some seconds."),
        ):
            widgets.keep(KEPT, asked)
        if widgets.kept(KEPT) != asked:
            return
        with st.spinner(_("Trying rates …")):
            found = _found(subject.objective, settings.start, settings.momentum)
        rows = [row(in_html(_(RACERS[racer])), cell(_said(rate))) for racer, rate in found.items()]
        st.html(
            table(
                "nnlab-race-rates",
                rows,
                heads=(_("optimizer"), _("stays at a rate of")),
                label=_("The rate found for each optimizer"),
            )
        )
        st.caption(
            _(
                "From this start, at a constant rate, within {steps} steps. At a rate tried less"
                " than 1 % above, it diverges: the way leaves the picture by 1,000 of its widths,"
                " or f has no value. Found by halving the range of rates: where f is no parabola,"
                " some lower rates may diverge, and some higher ones stay.",
                steps=STEPS,
            )
        )


def _said(rate: float | None) -> str:
    if rate is None:
        return _("{rate} and more: it did not diverge", rate=number(HIGHEST))
    if rate == 0:
        return _("less than {rate}", rate=number(LOWEST))
    return number(rate)


@kept
def _found(
    objective: Objective, start: tuple[float, ...], momentum: float
) -> dict[str, float | None]:
    return largest_rates(objective, start, tuple(RACERS), momentum=momentum)
