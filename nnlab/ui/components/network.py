"""The drawing of a network, as an element of the page whose neurons and weights can be picked."""

import json
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

from streamlit.components.v2.types import ComponentRenderer

from nnlab.ui.components.component import component
from nnlab.ui.session.widgets import elements

Picked = tuple[int, ...]
"""A neuron (layer, unit) or a weight (layer, unit, source); layer 0 is the inputs."""


def show_network(
    drawing: dict[str, Any],
    *,
    key: str,
    on_pick: Callable[[Picked | None], None],
    on_form: Callable[[dict[str, Any]], None] | None = None,
) -> None:
    """Draw a network of `nnlab.figures.network`; the element stays from frame to frame.

    Args:
        drawing: of `network_drawing`.
        key: unique on the page.
        on_pick: told what a person picked on it, by mouse or keyboard; None: nothing any more.
        on_form: told what the browser says was changed on it, unchecked.
    """

    def picked() -> None:
        told = elements[key].get("picked")
        if isinstance(told, dict):
            at = told.get("at")
            on_pick(picked_at(at, drawing))

    def changed() -> None:
        said = elements[key].get("form")
        if on_form is not None and isinstance(said, dict):
            on_form(said)

    packed = zlib.compress(json.dumps(drawing, separators=(",", ":")).encode())
    _component()(key=key, data=packed, on_picked_change=picked, on_form_change=changed)


def picked_at(at: object, drawing: dict[str, Any]) -> Picked | None:
    """Return the neuron or connection that the browser named, None if the drawing has none such."""
    if not isinstance(at, list) or len(at) not in (2, 3):
        return None
    if not all(isinstance(index, int) and index >= 0 for index in at):
        return None
    sizes = [len(layer["labels"]) for layer in drawing["layers"]]
    layer, unit, *source = at
    if layer >= len(sizes) or unit >= sizes[layer]:
        return None
    if source and (layer == 0 or source[0] >= sizes[layer - 1]):
        return None
    return tuple(at)


@cache
def _component() -> ComponentRenderer:
    return component("network", "components/network.js")
