"""A figure as a browser gets it: through the calls that Streamlit makes."""

import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io
import plotly.tools


def shipped(figure: go.Figure) -> str:
    """The JSON that goes over the wire."""
    spec = plotly.tools.return_figure_from_figure_or_data(figure, validate_figure=True)
    return plotly.io.to_json(spec, validate=False)


def checked(figure: go.Figure) -> go.Figure:
    """The same figure, every name and value in it checked by plotly (raises ValueError)."""
    return go.Figure(figure.to_dict())


def values(array: dict[str, Any] | list[float]) -> np.ndarray:
    """What a typed array, or a plain list, holds."""
    if isinstance(array, list):
        return np.array(array)
    return np.frombuffer(base64.b64decode(array["bdata"]), "<" + array["dtype"])
