"""The tab Weights: the weights of the first layer's units or kernels as pictures, live."""

import numpy as np
import streamlit as st

from nnlab.data.description import shape_of
from nnlab.figures.pictures.feature_maps import GAP
from nnlab.insight.pictures.first_weights import FirstWeights, first_weights
from nnlab.texts import N_, _
from nnlab.ui.components.pictures import key_of_colours
from nnlab.ui.components.weights_sheet import show_weights
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.images.tab_context import tab_context
from nnlab.ui.runtime.snapshot import Snapshot
from nnlab.ui.session.widgets import images as widgets

MOST = 256
"""Largest number of units shown: the first ones."""
WIDE = 640
"""Approximate width of the sheet, in pixels."""


def draw_weights(frame: ImagesFrame) -> None:
    """Draw the tab Weights."""
    asked = tab_context(frame)
    if asked is None:
        return
    shape = shape_of(frame.data)
    found = _found(asked.moment, shape)
    if found is None:
        st.caption(_("The first layer with weights does not read pixels: no pictures of it."))
        return
    own = st.toggle(_("Each with its own scale"), key=widgets.key("weights_own_scale"))
    count, channels, high, wide = found.maps.shape
    shown = _shown(found.kind, count)
    said = N_("{when}: the weights of {shown} of the first {kind}, {high}×{wide}.")
    if channels == 3:
        said = N_(
            "{when}: the weights of {shown} of the first {kind}, {high}×{wide}; a row of three"
            " maps (red, green, blue) for each."
        )
    when = _("While it trains") if frame.status == "running" else asked.when()
    st.caption(_(said, when=when, shown=shown, kind=found.kind, high=high, wide=wide))
    st.html(key_of_colours(_("positive: wants ink there"), _("negative: wants none")))
    largest = float(np.abs(found.maps).max())
    zoom = max(1, (56 if count <= 64 else 28) // wide)
    show_weights(
        found.maps[:MOST],
        run=frame.view.run.id if frame.view is not None else None,
        tensor=found.name,
        columns=max(1, WIDE // ((wide * zoom + GAP) * channels)) * channels,
        zoom=zoom,
        own=own,
        alt=_(
            "First layer: {shown}, as pictures; the largest weight is {largest:.3g}.",
            shown=shown,
            largest=largest,
        ),
    )


def shown_tensor(frame: ImagesFrame) -> str | None:
    """Return the name of the tensor that the tab shows of the run; None if there is none."""
    if frame.view is None:
        return None
    found = _found(frame.view.moment(), shape_of(frame.data))
    return found.name if found is not None else None


def _found(moment: Snapshot, shape: tuple[int, ...]) -> FirstWeights | None:
    return moment.cached("first_weights", lambda network: first_weights(network, shape))


def _shown(kind: str, count: int) -> str:
    if kind == "Conv2d":
        shown = N_("the {count:,} kernels")
        first = N_("the first {most} of {count:,} kernels")
    else:
        shown = N_("the {count:,} units")
        first = N_("the first {most} of {count:,} units")
    return _(shown if count <= MOST else first, count=count, most=MOST)
