"""Above the list of runs: what is searched for, what is left out, and the order."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from nnlab.runs.store import Listed, RecordedSummary
from nnlab.texts import N_, _
from nnlab.ui.run_names import architecture, title
from nnlab.ui.runs.figures import figures_of
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.visitors import owner_name, visitor
from nnlab.visible import visible

ANY = "any"
RECORDED = N_("recorded")
"""Stands where other runs name their data."""
Key = Callable[[Listed], str | float | None]


def _figure(name: str) -> Key:
    return lambda summary: getattr(figures_of(summary), name)


def _reached(name: str) -> Key:
    return lambda summary: getattr(summary.last, name, None)


# Name to what is compared, and whether the largest comes first. Losses and accuracies are those of
# validation: what a person chooses a run by.
ORDERS: dict[str, tuple[Key, bool]] = {
    N_("newest"): (lambda summary: summary.meta.created, True),
    N_("oldest"): (lambda summary: summary.meta.created, False),
    N_("lowest loss"): (_figure("val_loss"), False),
    N_("best epoch's loss"): (_figure("best_val_loss"), False),
    N_("best accuracy"): (_figure("val_accuracy"), True),
    N_("best epoch's accuracy"): (_figure("best_val_accuracy"), True),
    N_("name"): (lambda summary: summary.meta.name.casefold(), False),
    N_("status"): (lambda summary: summary.status, False),
    N_("data"): (lambda summary: _data(summary), False),
    N_("architecture"): (lambda summary: _network(summary), False),
    N_("optimizer"): (lambda summary: _optimizer(summary), False),
    N_("rate"): (lambda summary: _rate(summary), False),
    N_("parameters"): (lambda summary: _parameters(summary), False),
    N_("epochs"): (_reached("epoch"), False),
    N_("time"): (_reached("seconds"), False),
}


def show_filters(summaries: Sequence[Listed]) -> list[Listed]:
    """Draw search, order and filters. Return the runs that remain, in the chosen order."""
    with st.container(key="run_filters", gap="small"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            text = st.text_input(
                _("Search by name, tag or architecture"),
                key=widgets.key("search"),
                placeholder=_("Search by name, tag, architecture"),
                label_visibility="collapsed",
                icon=":material/search:",
            )
            order = st.selectbox(
                _("Order"),
                list(ORDERS),
                key=widgets.key("order"),
                label_visibility="collapsed",
                format_func=lambda name: _("Sort: {order}", order=_(name)),
                width=200,
            )
            reverse = st.toggle(_("Reverse"), key=widgets.key("reverse"))
        with st.container(horizontal=True, gap="small"):
            kept = _filtered(summaries)
    words = text.casefold().split()
    found = [s for s in kept if all(word in _searched(s) for word in words)]
    return ordered(found, order, reverse=reverse)


def _filtered(summaries: Sequence[Listed]) -> list[Listed]:
    """Draw the filters. Return the runs that pass all of them."""
    status = _choice(
        _("Status"), _("any status"), "status_filter", (s.status for s in summaries), shown=_
    )
    data = _choice(
        _("Data"),
        _("any data"),
        "data_filter",
        (_data(s) for s in summaries),
        shown=lambda kind: _(kind) if kind == RECORDED else visible(kind),
    )
    optimizer = _choice(
        _("Optimizer"),
        _("any optimizer"),
        "optimizer_filter",
        (kind for s in summaries if (kind := _optimizer(s)) is not None),
    )
    tag = _choice(_("Tag"), _("any tag"), "tag_filter", (t for s in summaries for t in s.meta.tags))
    person = ANY
    if visitor().role != "alone":
        person = _choice(
            _("Person"),
            _("any person"),
            "person_filter",
            (s.meta.owner for s in summaries),
            shown=lambda owner: visible(owner_name(owner)),
        )
    return [
        s
        for s in summaries
        if status in (ANY, s.status)
        and data in (ANY, _data(s))
        and optimizer in (ANY, _optimizer(s))
        and (tag == ANY or tag in s.meta.tags)
        and person in (ANY, s.meta.owner)
    ]


def ordered(summaries: Iterable[Listed], order: str, *, reverse: bool = False) -> list[Listed]:
    """The runs in one of the `ORDERS`; those that say nothing of it come last either way."""
    key, descending = ORDERS[order]
    told: list[tuple[Any, Listed]] = []
    silent: list[Listed] = []
    for summary in summaries:
        value = key(summary)
        if value is None or value != value:  # not a number
            silent.append(summary)
        else:
            told.append((value, summary))
    told.sort(key=lambda pair: pair[0], reverse=descending != reverse)
    return [summary for _first, summary in told] + silent


def clear_filters() -> None:
    """Show all runs again."""
    widgets["search"] = ""
    for name in ("status", "data", "optimizer", "tag", "person"):
        widgets[f"{name}_filter"] = ANY


def _choice(
    label: str,
    all_of_them: str,
    key: str,
    values: Iterable[str],
    shown: Callable[[str], str] = visible,
) -> str:
    chosen = widgets.get(key, ANY)
    # What was chosen stays a choice, even when the last such run has moved on.
    options = [ANY, *sorted({*values} | ({chosen} - {ANY}), key=shown)]
    picked = st.selectbox(
        label,
        options,
        key=widgets.key(key),
        format_func=lambda value: all_of_them if value == ANY else shown(value),
        label_visibility="collapsed",
        width=150,
    )
    return picked or ANY


def _data(summary: Listed) -> str:
    return RECORDED if isinstance(summary, RecordedSummary) else summary.experiment.data.kind


def _network(summary: Listed) -> str:
    if isinstance(summary, RecordedSummary):
        return summary.record.module
    return architecture(summary.experiment.model)


def _optimizer(summary: Listed) -> str | None:
    """None of a recorded run: nobody knows."""
    if isinstance(summary, RecordedSummary):
        return None
    return summary.experiment.training.optimizer.kind


def _rate(summary: Listed) -> float | None:
    if isinstance(summary, RecordedSummary):
        return None
    return summary.experiment.training.optimizer.lr


def _parameters(summary: Listed) -> int | None:
    if isinstance(summary, RecordedSummary):
        return summary.record.parameters
    return summary.started.parameters if summary.started else None


def _searched(summary: Listed) -> str:
    is_recorded = isinstance(summary, RecordedSummary)
    what = f"{summary.record.module} {_(RECORDED)}" if is_recorded else title(summary.experiment)
    return f"{summary.meta.name} {what} {' '.join(summary.meta.tags)}".casefold()
