"""Histograms: how the weights of a layer and their gradients were spread as the run went on."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from nnlab.figures.histograms.ridges import histograms_figure
from nnlab.figures.histograms.words import describe_histograms, plain
from nnlab.insight.histograms import (
    KINDS,
    Kind,
    LayerNumbers,
    compare_gradients,
    histograms,
)
from nnlab.texts import _
from nnlab.ui.components.chart import show_chart
from nnlab.ui.messages import say
from nnlab.ui.playground.frame import Frame
from nnlab.ui.runtime.layer_histograms import LayerHistory, layers_over_time
from nnlab.ui.runtime.snapshot import settled
from nnlab.ui.session.widgets import playground as widgets

STEPS_SAID = 8
"""Steps named in the text; of more, the first and the last ones are named."""


def draw_histograms(frame: Frame) -> None:
    """Layer and numbers to choose, the ridgelines, and what they show in words."""
    view = frame.view
    if view is None or frame.history.started is None:
        st.caption(
            _(
                "Once it trains, this shows how each layer's weights and gradients are spread, and"
                " how that changes from step to step."
            )
        )
        return
    shown = frame.moment
    if frame.past is None:
        shown = settled(view, shown, moving=frame.status in ("running", "starting"))
    kept = layers_over_time(view, shown)
    newest = kept.layers[max(kept.layers)]
    layer, kind = _choose(newest)
    numbers = {step: _values(layers[layer - 1], kind) for step, layers in kept.layers.items()}
    finite = {step: array for step, array in numbers.items() if np.isfinite(array).all()}
    if not finite:
        st.caption(_("None of these numbers is finite: the run has diverged."))
        return
    steps, values = list(finite), list(finite.values())
    counted = histograms(values)
    name = _(KINDS[kind])
    show_chart(
        histograms_figure(
            steps,
            counted.shares,
            counted.edges,
            values=name,
            marked=frame.past,
            dark=frame.dark,
        ),
        key=widgets.key("histograms_chart"),
        alt=describe_histograms(
            steps,
            [float(array.std()) for array in values],
            layer,
            name,
            min(float(array.min()) for array in values),
            max(float(array.max()) for array in values),
        ),
    )
    st.markdown(_seen(values, steps, kept.layers[shown.step], shown.step))
    st.caption(_how(kept, newest[layer - 1], steps))
    if kept.problem is not None:
        say("warning", kept.problem)


def _choose(layers: Sequence[LayerNumbers]) -> tuple[int, Kind]:
    """The layer from 1, and which of its numbers. Choices fit the network of the moment."""
    count = len(layers)

    def say(layer: int) -> str:
        if layer == count:
            return _("layer {layer} (outputs)", layer=layer)
        return _("layer {layer} ({units} units)", layer=layer, units=layers[layer - 1].units)

    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="histograms_form"
    ):
        layer = st.selectbox(
            _("Layer"),
            range(1, count + 1),
            format_func=say,
            key=widgets.key(f"histograms_layer_{count}"),
            label_visibility="collapsed",
            width=152,
        )
        has_bias = len(layers[layer - 1].biases) > 0
        kinds: list[Kind] = [kind for kind in KINDS if has_bias or not kind.startswith("bias")]
        kind = st.selectbox(
            _("Numbers"),
            kinds,
            format_func=lambda kind: _(KINDS[kind]),
            key=widgets.key(f"histograms_kind_{has_bias}"),
            label_visibility="collapsed",
            width=186,
        )
    return layer, kind


def _values(layer: LayerNumbers, kind: Kind) -> np.ndarray:
    return getattr(layer, kind)


def _seen(
    values: Sequence[np.ndarray], steps: Sequence[int], layers: Sequence[LayerNumbers], shown: int
) -> str:
    """How the spread went, and how the gradients of the first and the last layer compare."""
    before, after = float(values[0].std()), float(values[-1].std())
    said = _("Spread (standard deviation) {after}.", after=plain(after))
    if len(steps) > 1:
        said = _(
            "Spread (standard deviation): {before} at step {first:,}, {after} at step {last:,}.",
            before=plain(before),
            after=plain(after),
            first=steps[0],
            last=steps[-1],
        )
    compared = compare_gradients(layers)
    return (
        f"{said} {_('At step {step:,}: {said}', step=shown, said=compared)}" if compared else said
    )


def _how(kept: LayerHistory, layer: LayerNumbers, steps: Sequence[int]) -> str:
    """Which moments, of which examples, and what is left out."""
    named = [f"{step:,}" for step in steps]
    if len(named) > STEPS_SAID:
        named = [*named[:3], "…", *named[-3:]]
    total = kept.train_size
    parts = [
        _(
            "{n} exact moment that the run kept: step {steps}.",
            "{n} exact moments that the run kept: steps {steps}.",
            n=len(steps),
            steps=" · ".join(named),
        ),
        _(
            "Gradients of the loss over all {total:,} training points, without penalties, dropout"
            " off.",
            total=total,
        )
        if kept.examples == total
        else _(
            "Gradients of the loss over the first {examples:,} of {total:,} training points,"
            " without penalties, dropout off.",
            examples=kept.examples,
            total=total,
        ),
    ]
    if layer.size > len(layer.weights):
        parts.append(
            _(
                "Of {size:,} weights {some:,} are counted, evenly chosen.",
                size=layer.size,
                some=len(layer.weights),
            )
        )
    return " ".join(parts)
