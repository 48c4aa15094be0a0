"""The networks as live tiles with their linked views, and what a person picks in them."""

from nnlab.ui.components.sweep_views import SweepPick, show_views, told_pick
from nnlab.ui.session.sweep_state import SweepState
from nnlab.ui.sweep.fields import label_of
from nnlab.ui.sweep.frame import SweepFrame
from nnlab.ui.sweep.scene import scene_of

KEY = "sweep_views"


def follow_pick(state: SweepState) -> None:
    """Take over what was picked in the browser since the last look."""
    pick = told_pick(KEY, SweepPick(state.picked, state.metric, state.of))
    nets = tuple(net for net in pick.nets if net < state.chosen.count)
    state.picked, state.metric, state.of = nets, pick.metric, pick.of


def show_tiles(frame: SweepFrame, line: str) -> None:
    """Draw the views; `line` is the status line until the run's first event."""
    state = frame.state
    scene = scene_of(
        frame.sweep,
        [label_of(axis.path) for axis in frame.sweep.axes],
        dark=frame.dark,
        run=frame.run,
        status=frame.status,
        history=(frame.begun or frame.history) if frame.run is not None else None,
        trials=frame.begun.values if frame.begun is not None else (),
        picked=state.picked,
        line=line,
    )
    show_views(scene, key=KEY, pick=SweepPick(state.picked, state.metric, state.of))
