"""Seeds of the generators that draw beside the order of batches, all from the one of a run."""

import numpy as np
import torch

LAYERS, PICTURES = 1, 2
"""Random streams of layers (dropout), and of changed pictures."""


def own_seed(seed: int, use: int) -> int:
    """0 to 2³²-1: a seed whose numbers have nothing to do with those of `seed` itself.

    Not `seed` plus something: PyTorch's generator on the processor (mt19937) takes the lower 32
    bits alone, and neighbours of a seed are what people choose for the next run.
    """
    return int(np.random.SeedSequence([seed, use]).generate_state(1)[0])


def augmenting(seed: int) -> torch.Generator:
    """The generator that changes pictures in a run whose `training.seed` is `seed`."""
    return torch.Generator().manual_seed(own_seed(seed, PICTURES))
