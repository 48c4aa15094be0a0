"""The networks as live tiles with their linked views, and what a person picks in them."""

from nnlab.files import open_plain
from nnlab.runs.record.status import ALIVE
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.store import Run
from nnlab.scene.sweep import scene_of
from nnlab.scene.sweep_fields import label_of
from nnlab.ui.components.sweep_views import SweepPick, show_views, told_pick
from nnlab.ui.lab.table_plane import slice_of
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.session.sweep_state import SweepState
from nnlab.ui.sweep.frame import SweepFrame

KEY = "sweep_views"
MOST_BYTES = 1_000_000
"""Limit for the weights that a page at rest contains."""


def follow_pick(state: SweepState) -> None:
    """Apply what was picked in the browser since the last frame."""
    pick = told_pick(KEY, SweepPick(state.picked, state.metric, state.of))
    nets = tuple(net for net in pick.nets if net < state.chosen.count)
    state.picked, state.metric, state.of = nets, pick.metric, pick.of


def show_tiles(frame: SweepFrame, line: str) -> None:
    """Draw the views; `line` is the status line until the run's first event."""
    state = frame.state
    run = frame.run
    scene = scene_of(
        frame.sweep,
        [label_of(axis.path) for axis in frame.sweep.axes],
        dark=frame.dark,
        load=splits_of,
        cut=slice_of,
        run=run.id if run is not None else None,
        status=frame.status,
        history=(frame.begun or frame.history) if run is not None else None,
        trials=frame.begun.values if frame.begun is not None else (),
        picked=state.picked,
        weights=weights_at_rest(run) if run is not None and frame.status not in ALIVE else None,
        line=line,
    )
    show_views(scene, key=KEY, pick=SweepPick(state.picked, state.metric, state.of))


def weights_at_rest(run: Run) -> bytes | None:
    """The newest weights of a run at rest; None where there are none, or too many."""
    try:
        with open_plain(run.path / LIVE) as file:
            data = file.read(MOST_BYTES + 1)
    except OSError:
        return None
    return data if len(data) <= MOST_BYTES else None
