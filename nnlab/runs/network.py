"""The network of a run, with its newest weights."""

from torch import Tensor, nn

from nnlab.data.description import describe
from nnlab.errors import NnlabError, RunDamagedError
from nnlab.models import build
from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.store import Run
from nnlab.runs.sweeps.single import must_be_one
from nnlab.texts import _


def load_network(run: Run) -> tuple[nn.Sequential, int]:
    """The network in evaluation mode on the CPU, and the step its weights are from.

    Raises:
        RunNotFoundError: the run is gone.
        RunDamagedError: a file cannot be read, or the weights do not fit the network; names the
            layer.
        NnlabError: there are no weights yet, or the run is of many networks.
    """
    must_be_one(run)
    experiment = run.experiment
    found = load_live(run.path)
    if found is None:
        raise NnlabError(_("The run {run} has no weights yet: let it train first.", run=run.id))
    step, weights = found
    network = build(experiment.model, describe(experiment.data).input_shape)
    must_fit(run, network, weights)
    network.load_state_dict(weights)
    return network.eval(), step


def must_fit(run: Run, network: nn.Sequential, weights: dict[str, Tensor]) -> None:
    """Raises RunDamagedError, naming the layer, where the weights are not the network's."""
    needed = network.state_dict()
    for name in [*needed, *weights]:
        expected, received = _shape(needed, name), _shape(weights, name)
        if expected != received:
            index, _dot, parameter = name.partition(".")
            kinds = dict(enumerate(run.experiment.model.layers, start=0))
            layer = kinds.get(int(index)) if index.isdecimal() else None
            place = (
                _(
                    "layer {number} ({kind}) {parameter}",
                    number=int(index) + 1,
                    kind=layer.kind,
                    parameter=parameter,
                )
                if layer
                else f"'{name}'"
            )
            raise RunDamagedError(
                _(
                    "The newest weights of run {run} do not fit its network: {place} is {expected}"
                    " in the experiment and {received} in the file. Resume the run from a"
                    " checkpoint, or delete it.",
                    run=run.id,
                    place=place,
                    expected=expected,
                    received=received,
                )
            )


def _shape(tensors: dict[str, Tensor], name: str) -> str:
    if name not in tensors:
        return _("absent")
    return "×".join(str(size) for size in tensors[name].shape) or _("a single number")
