"""The weights of one network, as far as a page is meant to hold them."""

from nnlab.errors import NnlabError
from nnlab.export.weights import safetensors_file
from nnlab.runs.store import Run
from nnlab.texts import _

MOST_BYTES = 3_000_000
"""Of weights in 32 bits; as text in the file they take a third more."""


def few_weights(run: Run) -> bytes:
    """The newest weights as safetensors.

    Raises:
        NnlabError: there are none yet, or they are too many.
        RunDamagedError: they cannot be read.
    """
    content = safetensors_file(run)
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
