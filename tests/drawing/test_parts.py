"""The boxes around what hangs together, against scipy's own."""

import numpy as np
import pytest
from scipy import ndimage

from nnlab.drawing.parts import boxes, labelled


@pytest.mark.parametrize("density", [0.0, 0.02, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("to_all_sides", [True, False])
def test_each_part_is_boxed_as_scipy_boxes_it(density: float, to_all_sides: bool) -> None:
    mask = np.random.default_rng(0).random((60, 90)) < density
    labels = labelled(mask, to_all_sides=to_all_sides)
    expected = [
        (rows.start, columns.start, rows.stop, columns.stop)
        for rows, columns in ndimage.find_objects(labels)
    ]
    assert list(map(tuple, boxes(labels).tolist())) == expected
