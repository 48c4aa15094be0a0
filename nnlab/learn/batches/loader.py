"""Two epochs as `DataLoader` deals them."""

import torch
from torch.utils.data import DataLoader, TensorDataset

from nnlab.errors import NnlabError
from nnlab.texts import _

MOST_EXAMPLES = 60
EPOCHS = 2


def dealt(
    examples: int, batch_size: int, *, shuffle: bool, drop_last: bool, seed: int = 0
) -> list[list[list[int]]]:
    """Numbers of the examples, from 0: of each epoch its batches.

    Raises:
        NnlabError: `examples` or `batch_size` is not from 1 to 60.
    """
    for name, value in ((_("examples"), examples), (_("batch_size"), batch_size)):
        if not 1 <= value <= MOST_EXAMPLES:
            raise NnlabError(
                _(
                    "{name} is from 1 to {most} here, got {value}.",
                    name=name,
                    most=MOST_EXAMPLES,
                    value=value,
                )
            )
    loader = DataLoader(
        TensorDataset(torch.arange(examples)),
        batch_size,
        shuffle=shuffle,
        drop_last=drop_last,
        generator=torch.Generator().manual_seed(seed),
    )
    return [[batch.tolist() for (batch,) in loader] for _epoch in range(EPOCHS)]
