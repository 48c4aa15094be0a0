"""A recorded network's answers in the form that the lab's charts take."""

import torch
from torch import Tensor, nn

from nnlab.runs.recorded.network import RecordedNetwork
from nnlab.runs.recorded.record import MOST_CLASSES, Record

SMALLEST = 1e-12
"""A probability that is 0 counts as this."""


class Logits(nn.Module):
    """Makes logits [n, k] of somebody's network, whatever its last layer gives.

    Of one output for two classes it is the logit of the second, or the probability where the
    network ends in a sigmoid. Of probabilities (a softmax at the end) their logarithms are taken.
    """

    def __init__(self, ends_in: str) -> None:
        super().__init__()
        self.ends_in = ends_in

    def forward(self, outputs: Tensor) -> Tensor:
        """[n], [n, 1] or [n, k] to [n, 2] or [n, k]."""
        if outputs.dim() == 1:
            outputs = outputs[:, None]
        if outputs.shape[1] > 1:
            is_share = self.ends_in in ("Softmax", "Sigmoid")
            return outputs.clamp(min=SMALLEST).log() if is_share else outputs
        if self.ends_in == "Sigmoid":
            return torch.cat([1 - outputs, outputs], 1).clamp(min=SMALLEST).log()
        return torch.cat([torch.zeros_like(outputs), outputs], 1)


class Column(nn.Module):
    """[n] or [n, 1] to [n, 1]."""

    def forward(self, outputs: Tensor) -> Tensor:
        """One number for each example."""
        return outputs.reshape(-1, 1)


def class_names(record: Record) -> tuple[str, ...] | None:
    """Return the names of the network's classes; None where it has none.

    Without names of their own they are numbered from 0.
    """
    if record.task != "classification" or record.outputs is None:
        return None
    count = 2 if is_one_number(record) else (record.outputs[0] if len(record.outputs) == 1 else 0)
    names = record.classes or tuple(map(str, range(min(count, MOST_CLASSES))))
    return names if len(names) == count >= 2 else None


def is_one_number(record: Record) -> bool:
    """Whether the network gives one number for each example."""
    return record.outputs in ((), (1,))


def as_logits(network: nn.Module, ends_in: str) -> nn.Sequential:
    """[n, *inputs] to logits [n, k]: of a network with `class_names`."""
    return nn.Sequential(network, Logits(ends_in))


def as_values(network: nn.Module) -> nn.Sequential:
    """[n, *inputs] to values [n, 1]: of a network that gives one number."""
    return nn.Sequential(network, Column())


def ends_in(network: nn.Module) -> str:
    """The operation that gives the answers of the recorded network within."""
    return _recorded_within(network).session.ends_in


def takes_tokens(network: nn.Module) -> bool:
    """Whether its inputs are whole numbers, which have no values between them."""
    return _recorded_within(network).session.dtype.kind != "f"


def _recorded_within(network: nn.Module) -> RecordedNetwork:
    return next(part for part in network.modules() if isinstance(part, RecordedNetwork))
