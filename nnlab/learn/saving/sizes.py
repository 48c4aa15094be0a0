"""Sizes of the same weights in each format in which they can be saved."""

from dataclasses import dataclass

from torch import nn

from nnlab.learn.saving.pickles import names_in, saved
from nnlab.learn.saving.safetensors_file import SafetensorsFile
from nnlab.texts import N_


@dataclass(frozen=True)
class Size:
    """A way of saving."""

    code: str
    what: str
    """Marked by `N_`."""
    size: int
    """Bytes."""
    names: tuple[str, ...] | None
    """The names that loading it imports; None: none at all."""


def sizes(network: nn.Module) -> tuple[Size, ...]:
    """Return the sizes of the bare numbers, and of three files."""
    state = network.state_dict()
    bare = sum(tensor.nbytes for tensor in state.values())
    parameters, whole = saved(state), saved(network)
    return (
        Size("sum(t.nbytes for t in state.values())", N_("the bare numbers"), bare, None),
        Size(
            'save_file(state, "weights.safetensors")',
            N_("their names, shapes and numbers"),
            len(SafetensorsFile(state)),
            None,
        ),
        Size(
            'torch.save(state, "weights.pt")',
            N_("the same, as a pickle in a zip"),
            len(parameters),
            names_in(parameters),
        ),
        Size(
            'torch.save(network, "network.pt")',
            N_("the whole object: it needs the very classes, at the same place"),
            len(whole),
            names_in(whole),
        ),
    )
