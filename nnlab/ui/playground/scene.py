"""The data with which the browser draws a frame: the network, its weights, and the plane."""

from dataclasses import asdict
from typing import Any

from nnlab.config import Csv, Data
from nnlab.data.splits import Splits
from nnlab.scene.extent import reach
from nnlab.ui.components.stage import RENEWS, Scene
from nnlab.ui.lab.table_plane import slice_of
from nnlab.ui.playground.frame import Frame
from nnlab.ui.runtime.snapshot import Snapshot, weights_of
from nnlab.wire.weights import WHOLE_BYTES


def scene_of(frame: Frame, line: str, *, renews: bool) -> Scene:
    """Return the scene for the page's stage.

    Args:
        frame: of the page.
        line: its status line.
        renews: the page shows what the server alone can make: a panel, numbers of a neuron.
    """
    is_drawn = is_drawn_there(frame.moment)
    view = frame.view
    return Scene(
        run=view.run.id if view is not None else None,
        line=line,
        status=frame.status,
        past=frame.past,
        network=network_of(frame) if is_drawn else None,
        step=frame.moment.step,
        weights=weights_of(frame.moment) if is_drawn else None,
        parts=None if is_drawn else (),
        renews=RENEWS if renews or not is_drawn else None,
        panels=frame.state.panel_choices,
    )


def is_drawn_there(moment: Snapshot) -> bool:
    """Whether the browser draws the network; a larger one does not travel whole (docs/wire.md).

    Its numbers alone tell that of a large one, which need not be written out for it.
    """
    return moment.bytes_held <= WHOLE_BYTES and len(weights_of(moment)) <= WHOLE_BYTES


def network_of(frame: Frame) -> dict[str, Any]:
    """The layers, what enters them, and the space over which they are drawn."""
    return {
        "layers": [layer.model_dump(mode="json") for layer in frame.experiment.model.layers],
        "shape": list(frame.splits.info.input_shape),
        "space": _space(frame.state.draft.data, frame.splits),
    }


def _space(data: Data, splits: Splits) -> dict[str, Any] | None:
    inputs, cut = splits.info.input_shape[0], slice_of(data) if isinstance(data, Csv) else None
    if cut is None and inputs > 2:
        return None
    return {
        "inputs": inputs,
        "extent": list(reach(data, splits)),
        "cut": asdict(cut) if cut is not None else None,
    }
