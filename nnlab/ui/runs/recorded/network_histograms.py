"""How a recorded network's weights and gradients were spread, as the loop went on."""

from collections.abc import Mapping

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.errors import NnlabError
from nnlab.figures.histograms.ridges import histograms_figure
from nnlab.figures.histograms.words import plain
from nnlab.insight.histograms import histograms, some_values, spread_over
from nnlab.runs.record.weight_files import FOLDER
from nnlab.runs.recorded.record import GRADIENT
from nnlab.runs.recorded.weights import load_tensor, tensor_sizes
from nnlab.runs.run import Run
from nnlab.runs.store import RecordedSummary
from nnlab.texts import N_, _
from nnlab.ui.components.chart import show_chart
from nnlab.ui.messages import say
from nnlab.ui.runtime.cache import answers
from nnlab.ui.runtime.recorded_view import mark_of
from nnlab.ui.session.widgets import runs as widgets

MOMENTS = 30
KINDS = {"": N_("Weights"), GRADIENT: N_("Gradients")}
"""Kinds of numbers, by the prefix of a tensor's name."""
MOST_NAMES = 1000


def show_histograms(summary: RecordedSummary, steps: list[int], dark: bool) -> None:
    """The view: a tensor to choose, its ridgelines over the kept steps, and what they show.

    Raises RunDamagedError: the newest file cannot be read.
    """
    sizes = tensor_sizes(summary.run, steps[-1]) if steps else {}
    if all(name.startswith(GRADIENT) for name in sizes):
        st.caption(_("No weights are kept yet: histograms come with the first checkpoint."))
        return
    name, kind = _choose(sizes, summary.record.tensors or ())
    values, problem = _over_time(summary.run, kind + name, spread_over(steps, MOMENTS))
    if problem is not None:
        say("warning", problem, icon=":material/warning:")
    if not values:
        st.caption(_("None of these numbers is finite: the training has diverged."))
        return
    counted = histograms(list(values.values()))
    kept = list(values)
    title = f"{name} · {_(KINDS[kind])}"
    low = min(float(array.min()) for array in values.values())
    high = max(float(array.max()) for array in values.values())
    show_chart(
        histograms_figure(kept, counted.shares, counted.edges, values=_(KINDS[kind]), dark=dark),
        key=widgets.key("recorded_histograms"),
        alt=_(
            "{title} at {n} moments from step {first:,} to {last:,}, the newest in front, between"
            " {low} and {high}.",
            title=title,
            n=len(kept),
            first=kept[0],
            last=kept[-1],
            low=plain(low),
            high=plain(high),
        ),
    )
    first, last = (float(values[step].std()) for step in (kept[0], kept[-1]))
    st.caption(
        _(
            "Spread (standard deviation): {before} at step {first:,}, {after} at step {last:,}.",
            before=plain(first),
            after=plain(last),
            first=kept[0],
            last=kept[-1],
        )
    )


def _choose(sizes: Mapping[str, int], ordered: tuple[str, ...]) -> tuple[str, str]:
    """The tensor, in the order of the network, and what of it is counted."""
    names = [name for name in sizes if not name.startswith(GRADIENT)]
    place = {name: number for number, name in enumerate(ordered)}
    names = sorted(names, key=lambda name: (place.get(name, len(place)), name))[:MOST_NAMES]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        key = "recorded_tensor"
        wanted = widgets.kept(key)
        widgets[key] = wanted if wanted in names else names[0]
        name = st.selectbox(
            _("Tensor"),
            names,
            format_func=lambda name: f"{name} ({sizes[name]:,})",
            key=widgets.key(key),
            label_visibility="collapsed",
        )
        widgets.keep(key, name)
        kinds = [kind for kind in KINDS if kind + name in sizes]
        if len(kinds) == 1:
            return name, kinds[0]
        kind = st.selectbox(
            _("Numbers"),
            kinds,
            format_func=lambda kind: _(KINDS[kind]),
            key=widgets.key("recorded_numbers"),
            label_visibility="collapsed",
            width=160,
        )
    return name, kind


def _over_time(
    run: Run, name: str, steps: list[int]
) -> tuple[dict[int, NDArray[np.floating]], str | None]:
    """Return the tensor's finite numbers by step; and why a step is left out, if one is."""
    found, problem = {}, None
    for step in steps:
        mark = mark_of(run, f"{FOLDER}/{step:010d}.safetensors")

        def make(step: int = step) -> NDArray[np.floating]:
            tensor = load_tensor(run, step, name)
            return np.empty(0, np.float32) if tensor is None else some_values(tensor)

        try:
            values = answers.get_or_make(("recorded_values", run.path, step, name, mark), make)
        except NnlabError as error:
            problem = str(error)
            continue
        if len(values) and np.isfinite(values).all():
            found[step] = values
    return found, problem
