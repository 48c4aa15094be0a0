"""Source of a run's random changes to its pictures: the lab's own functions."""

from nnlab.config import Training
from nnlab.export.source.plain_source import plain_source
from nnlab.training.augment import augment
from nnlab.training.seeds import PICTURES, own_seed


def augment_source(training: Training) -> str:
    """The function `augment`, `strengths` and the generator `drawn`; empty where none is asked for.

    It uses `torch`, `F` and `SimpleNamespace`.
    """
    if training.augment is None:
        return ""
    strengths = "".join(f"    {name}={value!r},\n" for name, value in training.augment)
    return (
        f"{plain_source(augment)}\n\n"
        f"strengths = SimpleNamespace(\n{strengths})\n"
        f"drawn = torch.Generator().manual_seed({own_seed(training.seed, PICTURES)})\n"
    )
