"""The layers of a network as one element of the page: a picture each, to be pointed at."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from streamlit.components.v2.types import ComponentRenderer

from nnlab.figures.pictures.feature_maps import GAP, maps_sheet
from nnlab.insight.activations import Place
from nnlab.texts import _
from nnlab.ui.components.component import component

STYLE = Path(__file__).with_name("xray.css")
WIDTH = 690
"""Pixels of the page that a layer takes at most."""
ENOUGH = 24
"""Pixels of the PNG that a map is wide at least."""


@dataclass(frozen=True)
class LayerShown:
    """A layer on the page."""

    index: int
    """-1 is the input."""
    values: NDArray[np.float32]
    """[maps, h, w], or [units]."""

    @property
    def maps(self) -> NDArray[np.float32]:
        """[n, h, w]; a unit is a map of one value."""
        return self.values if self.values.ndim == 3 else self.values.reshape(-1, 1, 1)

    @cached_property
    def sheet(self) -> dict[str, object]:
        """The layer as the script needs it, without texts.

        Computed once, since a live page shows it often.
        """
        return _sheet(self)


def show_layers(
    layers: Sequence[LayerShown], words: Sequence[tuple[str, str]], at: Place, *, key: str
) -> Place | None:
    """The layers one below the other; `at` is marked. Returns where somebody has just pointed.

    `words` are the layers' names and what they do.
    """
    told = [
        {**layer.sheet, "name": name, "text": text, "alt": f"{name}: {_range(layer.values)}"}
        for layer, (name, text) in zip(layers, words, strict=True)
    ]
    shown = _component()(
        key=key, data={"layers": told, "at": asdict(at)}, on_at_change=lambda: None
    )
    pointed = shown.get("at")
    return None if pointed is None else Place(**{k: int(v) for k, v in pointed.items()})


def _sheet(layer: LayerShown) -> dict[str, object]:
    """Return a layer as the script needs it. `width` and `height` are pixels of the picture."""
    count, high, wide = layer.maps.shape
    tile, zoom = _tile(count, high, wide)
    columns = min(count, max(1, int(WIDTH // (tile + GAP * tile / (wide * zoom)))))
    rows = -(-count // columns)
    width = columns * (wide * zoom + GAP) - GAP
    return {
        "index": layer.index,
        "png": maps_sheet(layer.maps, columns=columns, zoom=zoom, grey=layer.index < 0),
        "count": count,
        "columns": columns,
        "high": high,
        "wide": wide,
        "zoom": zoom,
        "gap": GAP,
        "width": width,
        "height": rows * (high * zoom + GAP) - GAP,
        "shown": round(width * tile / (wide * zoom)),
    }


def _tile(count: int, high: int, wide: int) -> tuple[int, int]:
    """How wide a map is shown, in pixels of the page, and how large each value is in the PNG."""
    if high * wide == 1:
        return (24 if count <= 24 else 16 if count <= 128 else 8), 4
    # Small maps are enlarged in the PNG, so that the gap between them stays a small share.
    zoom = -(-ENOUGH // wide)
    if count == 1:
        return 168, zoom
    return (80 if count <= 32 else 56 if count <= 128 else 32), zoom


def _range(values: NDArray[np.float32]) -> str:
    if not np.isfinite(values).all():
        return _("some values are no finite numbers.")
    return _(
        "{count:,} values from {smallest:.3g} to {largest:.3g}.",
        count=values.size,
        smallest=values.min(),
        largest=values.max(),
    )


@cache
def _component() -> ComponentRenderer:
    return component("xray", "components/xray.js", style=STYLE.read_text(encoding="utf-8"))
