"""What is in a page that a notebook keeps, read as a browser does."""

import base64
import json
import re
from typing import Any

import numpy as np


def data_of(page: str) -> dict[str, Any]:
    """The values of a page."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def numbers_of(page: str, name: str) -> np.ndarray:
    """The float32 numbers of a blob of a page."""
    found = re.search(rf'id="blob-{name}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return np.frombuffer(base64.b64decode(found[1]), "<f4")


def moments_of(page: str) -> list[dict[str, np.ndarray]]:
    """The tensors of each moment by their names."""
    moments, values = data_of(page)["moments"], numbers_of(page, "weights")
    found = []
    at = 0
    for _step in moments["steps"]:
        tensors = {}
        for name, shape in moments["tensors"]:
            size = int(np.prod(shape))
            tensors[name] = values[at : at + size].reshape(shape)
            at += size
        found.append(tensors)
    assert at == len(values)
    return found
