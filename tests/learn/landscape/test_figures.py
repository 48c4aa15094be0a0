"""The loss along a way: what is drawn is what was measured."""

import numpy as np

from nnlab.learn.landscape.figures import way_figure


def test_both_courses_are_drawn_as_measured_with_a_gap_where_the_loss_is_no_number() -> None:
    losses, in_plane = np.array([0.7, 0.5, 0.25]), np.array([0.75, np.inf, 0.25])
    drawn = {
        trace.meta: trace for trace in way_figure([0, 5, 10], losses, in_plane, 1, dark=False).data
    }
    assert list(drawn["loss"].x) == [0, 5, 10]
    assert list(drawn["loss"].y) == [0.7, 0.5, 0.25]
    assert list(drawn["plane"].y) == [0.75, None, 0.25]
    here = drawn[None]
    assert (here.x[0], here.y[0]) == (5, 0.5)
