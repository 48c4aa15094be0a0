"""The weights of a layer as small pictures that the browser keeps up to date."""

import base64
from functools import cache

import numpy as np
from numpy.typing import NDArray
from streamlit.components.v2.types import ComponentRenderer

from nnlab.figures import theme
from nnlab.figures.pictures.attribution import AGAINST, FOR
from nnlab.ui.components.component import component
from nnlab.visible import visible


def show_weights(  # noqa: PLR0913 - an element has that many independent options
    maps: NDArray[np.float32],
    *,
    run: str | None,
    tensor: str,
    columns: int,
    zoom: int,
    own: bool,
    alt: str,
) -> None:
    """Draw a sheet as `nnlab.figures.pictures.feature_maps` does, now and at each frame of the run.

    Args:
        maps: [n, c, h, w], of the first n units of the tensor.
        run: whose weights they are; None: they do not move.
        tensor: its name in `state_dict()`.
        columns: maps in a row, a multiple of c.
        zoom: pixels for each value.
        own: each unit has its own scale.
        alt: what is to be seen, in words.
    """
    count, channels, high, wide = maps.shape
    _component()(
        key="weights_sheet",
        data={
            "run": run,
            "tensor": tensor,
            "count": count,
            "channels": channels,
            "high": high,
            "wide": wide,
            "columns": min(columns, count * channels),
            "zoom": zoom,
            "own": own,
            "alt": visible(alt),
            "colours": [theme.rgb(colour).tolist() for colour in (FOR, AGAINST)],
            "values": base64.b64encode(maps.astype(np.float32).tobytes()).decode(),
        },
    )


@cache
def _component() -> ComponentRenderer:
    return component("sheet", "components/weights.js")
