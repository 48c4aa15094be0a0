"""The run that the browser follows, and the network whose attention it draws."""

from nnlab.config import Experiment
from nnlab.runs.record.status import Status
from nnlab.ui.components.stage import Scene
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.runtime.snapshot import Snapshot, weights_of
from nnlab.wire.request import MAX_PARTS
from nnlab.wire.weights import PARTS_BYTES, WHOLE_BYTES


def scene_of(
    experiment: Experiment,
    shape: tuple[int, ...],
    moment: Snapshot,
    view: RunView | None,
    status: Status | None,
    line: str,
) -> Scene:
    """Return the scene for the page's stage. A network that is too large to send is not drawn."""
    parts = parts_of(moment)
    is_drawn = parts is None or bool(parts)
    layers = [layer.model_dump(mode="json") for layer in experiment.model.layers]
    return Scene(
        run=view.run.id if view is not None else None,
        line=line,
        status=status,
        network={"layers": layers, "shape": list(shape), "space": None} if is_drawn else None,
        step=moment.step,
        weights=weights_of(moment) if is_drawn else None,
        parts=parts,
    )


def parts_of(moment: Snapshot) -> list[str] | None:
    """The tensors that come over the wire: None for all, of larger networks by name; [] none."""
    tensors = dict(moment.network.state_dict())
    size = sum(tensor.nbytes for tensor in tensors.values())
    if size <= WHOLE_BYTES // 2 or len(weights_of(moment)) <= WHOLE_BYTES:
        return None
    return list(tensors) if size <= PARTS_BYTES and len(tensors) <= MAX_PARTS else []
