"""The list of runs: a page of rows. A click chooses a run, its box takes it into a comparison."""

from collections.abc import Sequence

import streamlit as st

from nnlab.figures.overlay import MOST
from nnlab.runs.record.status import WORDS
from nnlab.runs.store import Listed, Meta, RecordedSummary, Summary
from nnlab.texts import _, number
from nnlab.ui.components.tables import DASH
from nnlab.ui.run_names import is_title, sweep_title, title
from nnlab.ui.runs.figures import figures_of
from nnlab.ui.runs.sweep_row import show_nets
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.visitors import owner_name
from nnlab.ui.words import duration, moment, plain
from nnlab.visible import in_html

ROWS = 10
"""Runs on one page of the list."""


def show_selection(state: RunsState) -> None:
    """How many runs are ticked, and what can be done with them."""

    def compare() -> None:
        state.comparing, state.notice = True, None

    def clear() -> None:
        state.compared = ()

    count = len(state.compared)
    with st.container(
        horizontal=True, gap="small", vertical_alignment="center", key="run_selection"
    ):
        if count < 2:
            st.caption(
                _("Tick two to {most} runs to compare them; sweeps are left out.", most=MOST)
            )
        else:
            st.button(
                _("Compare {count} runs", count=count),
                key=widgets.key("compare"),
                type="primary",
                icon=":material/compare_arrows:",
                on_click=compare,
            )
        if count:
            st.button(_("Untick all"), key=widgets.key("untick"), type="tertiary", on_click=clear)
        if count == MOST:
            st.caption(_("At most {most}.", most=MOST))


def show_rows(summaries: Sequence[Listed], state: RunsState, selected: str | None) -> None:
    """One page of the list, in the container `run_list`; a click on a row selects its run."""
    pages = max(1, -(-len(summaries) // ROWS))
    page = widgets.get("page_number", 1)
    if page > pages:
        page = 1
        widgets.forget("page_number")
    with st.container(key="run_list", gap=None):
        st.html(_header())
        for summary in summaries[(page - 1) * ROWS : page * ROWS]:
            _show_row(summary, state, summary.run.id == selected)
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center", key="run_pages"):
            st.pagination(pages, key=widgets.key("page_number"), width=340)
            st.caption(_("{count:,} runs", count=len(summaries)))


def _show_row(summary: Listed, state: RunsState, selected: bool) -> None:
    run, name = summary.run, plain(summary.meta.name)
    box = f"tick_{run.id}"
    is_sweep = isinstance(summary, Summary) and summary.sweep is not None
    ticked = run.id in state.compared

    def select() -> None:
        state.selected, state.asking, state.notice = run.id, None, None

    def tick() -> None:
        others = tuple(one for one in state.compared if one != run.id)
        state.compared = (*others, run.id) if widgets[box] else others

    # The box has no state of its own: what is ticked stays so on other pages of the list.
    if widgets.get(box) != ticked:
        widgets[box] = ticked
    with st.container(key=f"row_{run.id}", gap=None):
        st.html(_row(summary, selected))
        st.button(
            name,
            key=widgets.key(f"run_{run.id}"),
            type="tertiary",
            on_click=select,
            width="stretch",
        )
        st.checkbox(
            _("Compare {name}", name=name),
            key=widgets.key(box),
            label_visibility="collapsed",
            on_change=tick,
            disabled=is_sweep or (not ticked and len(state.compared) >= MOST),
        )
    if isinstance(summary, Summary) and is_sweep:
        with st.container(key=f"nets_{run.id}", gap="small"):
            show_nets(state, summary)


def _cells(*cells: tuple[str, str]) -> str:
    return "".join(f"<div><b>{first}</b><small>{second}</small></div>" for first, second in cells)


def _header() -> str:
    names = (
        *(_("run"), _("status"), _("steps"), _("training")),
        *(_("validation"), _("best epoch"), _("made")),
    )
    cells = "".join(f"<div>{name}</div>" for name in names)
    return f"<div class='nnlab-run nnlab-run-head' aria-hidden='true'>{cells}</div>"


def _row(summary: Listed, selected: bool) -> str:
    last, meta, figures = summary.last, summary.meta, figures_of(summary)
    # A recorded loop may count no epochs.
    is_bare = isinstance(summary, RecordedSummary) and last is not None and not last.epoch
    chosen = f"<i class='nnlab-unseen'>{_('selected')}</i>" if selected else ""
    cells = _cells(
        (
            f"<span class='nnlab-status nnlab-{summary.status}'>{_(WORDS[summary.status])}</span>",
            _("epoch {epoch:,}", epoch=last.epoch) if last and not is_bare else DASH,
        ),
        (f"{last.step:,}", duration(last.seconds)) if last else (DASH, DASH),
        (_number(figures.train_loss), _percent(figures.train_accuracy)),
        (_number(figures.val_loss), _percent(figures.val_accuracy)),
        (_number(figures.best_val_loss), _percent(figures.best_val_accuracy)),
        (moment(meta.created), in_html(_by(meta))),
    )
    mark = " nnlab-run-selected" if selected else ""
    return (
        f"<div class='nnlab-run{mark}'><div class='nnlab-run-name'>"
        f"{_under_the_name(summary)}{_tags(meta.tags)}{chosen}</div>"
        f"{cells}</div>"
    )


def _by(meta: Meta) -> str:
    owner = owner_name(meta.owner)
    return _("{owner}, shared", owner=owner) if meta.shared else owner


def _under_the_name(summary: Listed) -> str:
    """Return what is trained, unless the name already says it, and the number of parameters."""
    if isinstance(summary, RecordedSummary):
        lines = [
            _("recorded · {module}", module=summary.record.module),
            _("{count:,} parameters", count=summary.record.parameters),
        ]
        return "".join(f"<small>{in_html(line)}</small>" for line in lines)
    is_said = is_title(summary.meta.name, summary.experiment)
    lines = [] if is_said else [title(summary.experiment)]
    if summary.sweep is not None:
        many = _("sweep · {n:,} network", "sweep · {n:,} networks", n=summary.sweep.count)
        is_said = summary.meta.name == sweep_title(summary.sweep)
        lines = [many, *([] if is_said else [sweep_title(summary.sweep)])]
    if summary.started is not None:
        lines.append(_("{count:,} parameters", count=summary.started.parameters))
    return "".join(f"<small>{in_html(line)}</small>" for line in lines)


def _tags(tags: Sequence[str]) -> str:
    if not tags:
        return ""
    return f"<span class='nnlab-tags'>{''.join(f'<i>{in_html(tag)}</i>' for tag in tags)}</span>"


def _number(value: float | None) -> str:
    if value is None:
        return DASH
    return f"{value:.1e}" if 0 < abs(value) < 0.001 else number(value, 4)  # the column is narrow


def _percent(value: float | None) -> str:
    return DASH if value is None else f"{value:.1%}"
