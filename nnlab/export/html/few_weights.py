"""The weights of one network, as far as a page is meant to hold them."""

from nnlab.errors import NnlabError
from nnlab.export.weights import safetensors_file
from nnlab.runs.network import load_network
from nnlab.runs.store import Run
from nnlab.texts import _

MOST_BYTES = 3_000_000
"""Limit for weights in 32 bits; as text in the file they take a third more."""


def few_weights(run: Run) -> bytes:
    """The newest weights as safetensors. Raises as `whole_weights`, and NnlabError: too many."""
    content = whole_weights(run)
    if len(content) > MOST_BYTES:
        raise NnlabError(
            _(
                "The weights of this network take {size:.1f} MB, and a page holds at most"
                " {most:.0f} MB: take onnx or safetensors, or train a network with fewer"
                " parameters, {parameters:,} at most.",
                size=len(content) / 1e6,
                most=MOST_BYTES / 1e6,
                parameters=MOST_BYTES // 4 // 1000 * 1000,
            )
        )
    return content


def whole_weights(run: Run) -> bytes:
    """The newest weights as safetensors, where the network has an answer with them.

    Raises:
        NnlabError: there are none yet, or they are not finite: every answer would be no number,
            and the page would name the first class.
        RunDamagedError: they cannot be read, or do not fit the network.
    """
    network, step = load_network(run)
    if not all(bool(values.isfinite().all()) for values in network.state_dict().values()):
        raise NnlabError(
            _(
                "The weights of the run {run} are no finite numbers at step {step:,}: it diverged,"
                " and its page would have no answer. Train it anew with a lower"
                " training.optimizer.lr, or branch from an earlier checkpoint.",
                run=run.id,
                step=step,
            )
        )
    return safetensors_file(run)
