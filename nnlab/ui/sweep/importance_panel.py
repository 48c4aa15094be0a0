"""The panel What matters: the share of the results' variance that each axis explains."""

from typing import get_args

import numpy as np
import streamlit as st

from nnlab.runs.sweeps.importance import FANOVA_NETS, Method, importance, kinds_of
from nnlab.scene.sweep_fields import label_of
from nnlab.texts import N_, _
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.runtime.cache import answers
from nnlab.ui.session.widgets import sweep as widgets
from nnlab.ui.sweep.frame import SweepFrame
from nnlab.ui.words import FIGURES, plain
from nnlab.visible import in_html

METHODS: dict[str, str] = {
    "ped": N_("What the best have in common"),
    "fanova": N_("What explains all differences"),
}
LEAST = 8
"""Least number of networks with a figure."""
ABOUT: dict[str, str] = {
    "ped": N_(
        "PED-ANOVA (Watanabe et al. 2023) asks what the best tenth of the networks have in common:"
        " how differently their values on an axis are distributed from those of all. It looks at"
        " each axis separately, and only at ranks; the shares add up to 1. With few networks a"
        " seed has some share by chance."
    ),
    "fanova": N_(
        "fANOVA (Hutter et al. 2014) fits a random forest to the figures and reports which share"
        " of the variance of its predictions comes from one axis alone, over the whole range, good"
        " and bad. Interactions of axes are left out; the shares add up to 1."
    ),
}


def show_importance(frame: SweepFrame) -> None:
    """A bar with its number for each axis, and a sentence that says what it means."""
    figures = frame.figures()
    known = int(np.isfinite(figures).sum())
    method = st.segmented_control(
        _("Measured by"),
        get_args(Method),
        format_func=lambda name: _(METHODS[name]),
        key=widgets.key("importance_method"),
        default="ped",
        required=True,
        label_visibility="collapsed",
    )
    chosen: Method = "fanova" if method == "fanova" else "ped"
    if known < LEAST or len(frame.sweep.axes) < 2:
        st.caption(
            _("Only one axis varies: every difference comes from it, or from chance.")
            if len(frame.sweep.axes) < 2
            else _("This needs at least {least} networks with a figure.", least=LEAST)
        )
        return
    shares = _shares(frame, figures, chosen)
    if not any(shares):
        st.caption(
            _("No two networks differ in this figure yet, so nothing explains a difference.")
        )
        return
    named = sorted(
        zip(shares, frame.sweep.axes, strict=True), key=lambda pair: pair[0], reverse=True
    )
    best, second = named[0], named[1]
    metric = _(FIGURES.get(frame.metric, frame.metric))
    st.markdown(_sentence(chosen, metric, best[1].path, best[0], second[1].path, second[0]))
    body = [
        row(in_html(label_of(axis.path)), _bar(share), cell(f"{share:.0%}"), hint=axis.path)
        for share, axis in named
    ]
    st.html(table("nnlab-importance", body, label=_("Importance of each axis")))
    st.caption(_(ABOUT[chosen]))
    if chosen == "fanova" and len(figures) > FANOVA_NETS:
        st.caption(_("From {count:,} networks, drawn at random.", count=FANOVA_NETS))


def _sentence(
    method: Method, metric: str, first: str, share: float, second: str, other: float
) -> str:
    said = {
        "first": plain(label_of(first)),
        "share": 100 * share,
        "second": plain(label_of(second)),
        "other": 100 * other,
        "metric": metric,
    }
    if method == "ped":
        return _(
            "What sets the best tenth by {metric} apart: **{share:.0f} % the {first}**,"
            " {other:.0f} % the {second}.",
            **said,
        )
    return _(
        "What explains all differences in the {metric}: **{share:.0f} % the {first}**,"
        " {other:.0f} % the {second}.",
        **said,
    )


def _bar(share: float) -> str:
    return f"<td><i style='width:{100 * share:.1f}%'></i></td>"


def _shares(frame: SweepFrame, figures: np.ndarray, method: Method) -> list[float]:
    """Return each axis's share, cached for each state of the sweep."""
    run = frame.run
    assert run is not None, "a draft has no figures"
    key = ("importance", run.id, frame.metric, frame.state.of, method, figures.tobytes())
    columns = list(zip(*frame.values, strict=True))
    return answers.get_or_make(
        key,
        lambda: importance(
            columns,
            figures,
            method,
            kinds=kinds_of(frame.sweep.axes),
            higher_is_better=not frame.is_loss,
        ),
    )
