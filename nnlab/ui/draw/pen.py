"""The bars that move while the pen does: what the browser needs to read along, and what it is told.

Where a model's weights are few enough and stand still, they go to the browser, which evaluates the
network on the canvas in each frame (nnlab/web/components/pen_live.js). PyTorch's answer comes after
the stroke and stands.
"""

import zlib
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.components.v2.types import ComponentRenderer

from nnlab.config import Model
from nnlab.texts import _
from nnlab.ui.components.component import component
from nnlab.ui.draw.reading import MOST_BARS, PICTURE, Reading
from nnlab.ui.runtime.snapshot import Snapshot, weights_of
from nnlab.ui.session.widgets import draw as widgets

STYLE = Path(__file__).with_name("pen.css")
MOST_BYTES = 1_000_000
"""Limit for the weights sent to the browser, once for each model."""


def show_pen(  # noqa: PLR0913 - what the browser reads along with, each from another place
    model: Model | None,
    moment: Snapshot,
    class_names: Sequence[str],
    answers: Sequence[Reading],
    pixels: NDArray[np.uint8] | None,
    chosen: int,
    *,
    moving: bool,
    whole: bool = False,
) -> None:
    """Let the browser read along. The line that is shown says who has read.

    Args:
        model: the layers of who reads; None where it is not of the lab's.
        moment: its weights.
        class_names: of its outputs.
        answers: what PyTorch reads of each digit.
        pixels: of the canvas, uint8 [h, w, 4], that these answers are to; None: nothing is drawn.
        chosen: the digit whose probabilities are shown.
        moving: it is being trained.
        whole: all ink is one drawing.
    """
    why, weights = "", b"" if model is None else weights_of(moment)
    if model is None:
        why = _("This network is none of the lab's layers: onnxruntime answers after each stroke.")
    elif moving:
        why = _("This model is still training: PyTorch answers after each stroke.")
    elif len(weights) > MOST_BYTES:
        why = _("This model's weights are too many for the browser: PyTorch answers alone.")
    with st.container(key="draw_said_part", gap=None):
        _said()(
            key=widgets.key("said"),
            data={
                "answers": [answer.probabilities.tolist() for answer in answers],
                "checksum": None if pixels is None else zlib.crc32(pixels.tobytes()),
                "chart": widgets.key("probabilities"),
                "chosen": chosen,
                "most": MOST_BARS,
                "picture": PICTURE,
                "why": why,
            },
        )
        if model is not None and not why:
            _pen()(
                key=widgets.key("pen"),
                data={
                    "reader": f"{sha256(weights).hexdigest()}{' whole' if whole else ''}",
                    "whole": whole,
                    "layers": [layer.model_dump(mode="json") for layer in model.layers],
                    "names": list(class_names),
                    "weights": b64encode(weights).decode(),
                },
            )


@cache
def _said() -> ComponentRenderer:
    return component("said", "components/pen_said.js", style=STYLE.read_text("utf-8"))


@cache
def _pen() -> ComponentRenderer:
    return component("pen", "components/pen.js")
