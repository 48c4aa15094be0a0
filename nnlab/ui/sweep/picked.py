"""Details of the picked networks, beside the tiles: one in full, or two and their differences."""

from collections.abc import Sequence

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.scene.sweep_fields import label_of, value_text
from nnlab.texts import N_, _, number
from nnlab.ui.components.network import show_network
from nnlab.ui.components.tables import DASH, cell, number_cell, row, table
from nnlab.ui.lab.experiment_diff import rows as experiment_rows
from nnlab.ui.messages import as_it_stands
from nnlab.ui.session.widgets import sweep as widgets
from nnlab.ui.sweep.frame import SweepFrame
from nnlab.ui.sweep.networks import drawing_of
from nnlab.ui.words import FIGURES
from nnlab.visible import in_html

REASONS = {
    "": N_("trains"),
    "completed": N_("finished"),
    "early_stopped": N_("stopped early"),
    "stopped": N_("stopped"),
    "diverged": N_("diverged"),
    "failed": N_("failed"),
    "pruned": N_("given up: others were better"),
}


def show_picked(frame: SweepFrame) -> None:
    """The picked networks, side by side where there are two; nothing where none is picked."""
    nets = frame.picked
    if not nets:
        return
    names = " − ".join(_("Network {number}", number=net) for net in nets[::-1])
    st.markdown(f"##### {names}")
    values, drawn = st.columns(2, gap="large")
    with values:
        for net in nets:
            if frame.history.nets:
                st.caption(_standing(frame, net, named=len(nets) > 1))
        st.html(_table(frame, nets))
        if len(nets) == 1:
            _show_against_best(frame, nets[0])
    with drawn:
        if len(nets) == 2:
            _show_what_differs(frame, nets)
        elif not frame.is_search:
            _draw_network(frame, nets[0])


def _table(frame: SweepFrame, nets: Sequence[int]) -> str:
    """The values of the axes and the figures, a column for each; of two also how far they are."""
    two = len(nets) == 2
    body = []
    for place, axis in enumerate(frame.sweep.axes):
        texts = [value_text(frame.values[net][place]) for net in nets]
        last = cell("=" if texts[0] == texts[-1] else "≠") if two else ""
        body.append(row(in_html(label_of(axis.path)), *map(cell, texts), last, hint=axis.path))
    if frame.history.nets:
        for name, label in FIGURES.items():
            if name not in frame.history.names:
                continue
            column = frame.figures(name)
            values = [float(column[net]) for net in nets]
            form = ".1%" if "accuracy" in name else ".4g"
            cells = [number_cell(value if value == value else None, form) for value in values]
            gap = cell(_gap(values[1] - values[0], name)) if two else ""
            body.append(row(in_html(_(label)), *cells, gap))
    heads = ("", *_heads(nets), _("difference")) if two else ()
    return table("nnlab-picked-nets", body, heads=heads, label=_("Picked networks"))


def _standing(frame: SweepFrame, net: int, *, named: bool) -> str:
    """`rank 3 of 61 · trains · step 1,200`, with its number before it where several are told."""
    steps = (frame.begun or frame.history).steps
    step = int(steps[net]) if net < len(steps) else 0
    rank = frame.rank(net)
    reason = frame.reason(net)
    said = _(REASONS.get(reason, reason))
    place = _("rank {rank:,} of {count:,}", rank=rank[0], count=rank[1]) if rank else DASH
    line = _("{place} · {said} · step {step:,}", place=place, said=said, step=step)
    return _("Network {net}: {line}", net=net, line=line) if named else line


def _heads(nets: Sequence[int]) -> tuple[str, ...]:
    """`A · 29`, `B · 30`."""
    return tuple(f"{letter} · {net}" for letter, net in zip("AB", nets, strict=False))


def _gap(value: float, name: str) -> str:
    """Return a difference, of accuracies in percentage points: `−21.6 points`."""
    if "accuracy" not in name or value != value:
        return _signed(value)
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return _("{sign}{points:.1f} points", sign=sign, points=abs(100 * value))


def _signed(value: float) -> str:
    if value != value:
        return DASH
    return f"+{number(value, 3)}" if value > 0 else number(value, 3)


def _draw_network(frame: SweepFrame, net: int) -> None:
    try:
        drawing = drawing_of(frame.sweep, frame.sweep.nets[net], frame.run, dark=frame.dark)
    except NnlabError as error:
        st.caption(as_it_stands(error))
        return
    with st.container(key="sweep_network"):
        show_network(drawing, key="network_drawing", on_pick=lambda _at: None)


def _show_against_best(frame: SweepFrame, net: int) -> None:
    """The fields in which the network and the best one differ."""
    best = frame.best
    if best is None:
        return
    if best == net:
        st.caption(_("This is the best network by the figure that ranks them."))
        return
    with st.expander(
        _("What differs from the best, network {number}", number=best),
        key=widgets.key("against_best"),
    ):
        st.html(_differences(frame, (net, best), (_("this"), _("the best"))))


def _show_what_differs(frame: SweepFrame, nets: Sequence[int]) -> None:
    st.caption(_("What differs in their experiments"))
    st.html(_differences(frame, nets, _heads(nets)))


def _differences(frame: SweepFrame, nets: Sequence[int], heads: tuple[str, ...]) -> str:
    body = [
        row(in_html(label_of(line.name)), *map(cell, line.texts))
        for line in experiment_rows([frame.experiment_of(net) for net in nets])
        if line.differs
    ]
    return table("nnlab-picked-nets", body, heads=("", *heads), label=_("What differs"))
