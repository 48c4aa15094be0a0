"""A small network over sequences, and a batch of them."""

import torch
from torch import Tensor, nn

from nnlab.config import (
    Activation,
    Attention,
    Embedding,
    Experiment,
    LayerNorm,
    Linear,
    Model,
    Positions,
    Sequences,
    Training,
)
from nnlab.models import build

LENGTH, SYMBOLS = 6, 4
LAYERS = (
    Embedding(num_embeddings=SYMBOLS, embedding_dim=8),
    Positions(),
    Attention(heads=2),
    LayerNorm(),
    Linear(out_features=5),
    Activation(kind="relu"),
    Linear(out_features=SYMBOLS),
)
EXPERIMENT = Experiment(
    data=Sequences(task="reverse", length=LENGTH, symbols=SYMBOLS, examples=300),
    model=Model(layers=LAYERS),
    training=Training.model_validate(
        {"batch_size": 16, "steps": 30, "optimizer": {"kind": "adam", "lr": 0.01}, "threads": 1}
    ),
)


def network() -> nn.Sequential:
    return build(EXPERIMENT.model, (LENGTH,))


def batch() -> tuple[Tensor, Tensor]:
    x = torch.randint(SYMBOLS, (40, LENGTH), generator=torch.Generator().manual_seed(5))
    return x, x.flip(1)
