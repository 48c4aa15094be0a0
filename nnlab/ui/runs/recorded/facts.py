"""The known facts on a recorded run, in words: its metrics' values, its network, its data."""

import numpy as np
import streamlit as st

from nnlab.figures.metrics import gaps_in_words
from nnlab.runs.disk import in_words
from nnlab.runs.record.weight_files import list_recorded
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.recorded.record import Record
from nnlab.runs.store import RecordedSummary
from nnlab.texts import DASH, _
from nnlab.ui.components.tables import facts_table, number_cell, row, table
from nnlab.ui.runs.files import disk_use
from nnlab.ui.visitors import owner_name
from nnlab.ui.words import moment
from nnlab.visible import in_html

CLASSES_NAMED = 12


def show_figures(history: RecordedHistory) -> None:
    """The newest, lowest and highest value of each metric, and how many were no numbers."""
    if not history.curves:
        st.caption(_("No metrics yet: run.step(loss=…) writes them."))
        return
    lines = []
    for name in history.curves:
        values = history.curve(name)[1]
        known = values[np.isfinite(values)]
        count = len(values) - len(known)
        hint = gaps_in_words(count) if count else ""
        mark = f" <small>{in_html(hint)}</small>" if hint else ""
        ends = (values[-1], *((known.min(), known.max()) if len(known) else (None, None)))
        cells = [number_cell(None if end is None else float(end), ".4g") for end in ends]
        lines.append(row(f"{in_html(name)}{mark}", *cells))
    heads = (_("metric"), _("newest"), _("lowest"), _("highest"))
    st.html(table("nnlab-metrics", lines, heads=heads, label=_("Metrics")))


def show_facts(summary: RecordedSummary, history: RecordedHistory) -> None:
    """Network, data and record, as far as the recorder was told of them."""
    record, run = summary.record, summary.run
    st.markdown(_("##### What was recorded"))
    lines = [
        (_("module"), record.module),
        (_("parameters"), f"{record.parameters:,}"),
        (_("one input"), _shape(record.inputs)),
        (_("its output"), _shape(record.outputs)),
    ]
    if record.classes:
        lines.append((_("classes"), _few(record.classes)))
    lines.append((_("examples"), _examples(record)))
    if history.started is not None:
        lines.append((_("trained with"), _machine(history)))
    kept = [f"{int(path.stem):,}" for path in list_recorded(run.path)]
    lines += [
        (_("weights kept of step"), _ends(kept) or _("none")),
        (_("network"), record.no_graph or _graph(record)),
        (_("made"), _by(summary)),
        (_("id"), run.id),
        (_("on disk"), in_words(disk_use(summary))),
    ]
    facts_table(lines, _("Record"))


def _shape(shape: tuple[int, ...] | None) -> str:
    if shape is None:
        return DASH
    return "×".join(map(str, shape)) or _("one number")


def _few(classes: tuple[str, ...]) -> str:
    named = ", ".join(classes[:CLASSES_NAMED])
    rest = len(classes) - CLASSES_NAMED
    return named if rest <= 0 else _("{named} … and {n:,} more", named=named, n=rest)


def _examples(record: Record) -> str:
    if not record.examples:
        return _("none kept")
    return _("{kept:,} of {given:,} kept", kept=record.examples, given=record.given)


def _machine(history: RecordedHistory) -> str:
    assert history.started is not None, "asked of runs that have begun"
    started = history.started
    return _("PyTorch {version}, {device}", version=started.torch, device=started.device)


def _graph(record: Record) -> str:
    return DASH if record.tensors is None else _("kept as ONNX")


def _by(summary: RecordedSummary) -> str:
    owner = owner_name(summary.meta.owner)
    return _("{moment} by {owner}", moment=moment(summary.meta.created), owner=owner)


def _ends(steps: list[str]) -> str:
    if len(steps) > 6:
        steps = [*steps[:2], _("… {count} more …", count=len(steps) - 4), *steps[-2:]]
    return " · ".join(steps)
