"""Modules of the kinds that people write, with an example of their inputs."""

import itertools
from collections.abc import Callable
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 8)
        self.inner = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 8), nn.GELU())
        self.last = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        return self.last(x + self.inner(x))


class TwoBranches(nn.Module):
    """Equal tensors (zeros, ones), a buffer, and a weight under two names."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = nn.Linear(4, 4), nn.Linear(4, 4)
        self.again = nn.Linear(4, 4)
        self.again.weight = self.left.weight
        for layer in (self.left, self.right, self.again):
            nn.init.zeros_(layer.bias)
        self.norm, self.other_norm = nn.BatchNorm1d(4), nn.BatchNorm1d(4)
        self.register_buffer("scale", torch.ones(4))

    def forward(self, x: Tensor) -> Tensor:
        both = self.norm(self.left(x)) + self.other_norm(torch.tanh(self.right(x)))
        return self.again(both) * self.scale


class Recurrent(nn.Module):
    def __init__(self, kind: Callable[..., nn.Module]) -> None:
        super().__init__()
        self.cells = kind(4, 8, num_layers=2, batch_first=True)
        self.last = nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.cells(x)[0][:, -1])


class SelfAttention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.last = nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.attention(x, x, x)[0].mean(1))


class Gpt(nn.Module):
    """A block as in nanoGPT: tied embedding, causal mask as a buffer."""

    mask: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.tokens, self.places = nn.Embedding(11, 8), nn.Embedding(16, 8)
        self.norm, self.qkv = nn.LayerNorm(8), nn.Linear(8, 24)
        self.head = nn.Linear(8, 11, bias=False)
        self.head.weight = self.tokens.weight
        self.register_buffer("mask", torch.tril(torch.ones(16, 16)).view(1, 1, 16, 16))

    def forward(self, x: Tensor) -> Tensor:
        rows, length = x.size()
        assert length <= 16
        hidden = self.tokens(x) + self.places(torch.arange(length, device=x.device))
        q, k, v = (
            part.view(rows, length, 2, 4).transpose(1, 2)
            for part in self.qkv(self.norm(hidden)).split(8, dim=2)
        )
        scores = q @ k.transpose(-2, -1) / k.size(-1) ** 0.5
        seen = self.mask[:, :, :length, :length]
        weights = scores.masked_fill(seen == 0, float("-inf")).softmax(-1)
        return self.head(hidden + (weights @ v).transpose(1, 2).reshape(rows, length, 8))


class Signs(torch.autograd.Function):
    @staticmethod
    def forward(_ctx: object, x: Tensor) -> Tensor:
        return x.sign()

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> Tensor:
        return grad_outputs[0]


class Digits(nn.Module):
    """The usual example of MNIST."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 8, 3)
        self.dropout = nn.Dropout(0.25)
        self.fc1, self.fc2 = nn.Linear(8 * 5 * 5, 16), nn.Linear(16, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = self.dropout(F.relu(self.fc1(x)))
        return F.log_softmax(self.fc2(x), dim=1)


def mlp(*sizes: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for wide, narrow in itertools.pairwise(sizes):
        layers += [nn.Linear(wide, narrow), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def cnn() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Dropout(0.3),
        nn.Flatten(),
        nn.Linear(4 * 9, 10),
    )


def every_kind() -> dict[str, tuple[nn.Module, Tensor]]:
    """By name: the module, and a batch of examples."""
    tokens = torch.randint(0, 11, (5, 7))
    return {
        "mlp": (mlp(3, 8, 2), torch.randn(5, 3)),
        "cnn": (cnn(), torch.rand(5, 1, 8, 8)),
        "digits": (Digits(), torch.rand(4, 1, 28, 28)),
        "residual": (Residual(), torch.randn(5, 4)),
        "branches": (TwoBranches(), torch.randn(5, 4)),
        "lstm": (Recurrent(nn.LSTM), torch.randn(5, 6, 4)),
        "gru": (Recurrent(nn.GRU), torch.randn(5, 6, 4)),
        "rnn": (Recurrent(nn.RNN), torch.randn(5, 6, 4)),
        "attention": (SelfAttention(), torch.randn(5, 6, 8)),
        "transformer": (
            nn.TransformerEncoderLayer(8, 2, 16, batch_first=True),
            torch.randn(5, 6, 8),
        ),
        "embedding": (nn.Sequential(nn.Embedding(11, 6), nn.Flatten(), nn.Linear(42, 2)), tokens),
        "gpt": (Gpt(), tokens),
        "double": (mlp(3, 8, 2).double(), torch.randn(5, 3).double()),
        "compiled": (
            cast(nn.Module, torch.compile(mlp(3, 8, 2), backend="eager")),
            torch.randn(5, 3),
        ),
        "parallel": (nn.DataParallel(mlp(3, 8, 2)), torch.randn(5, 3)),
        "one row": (mlp(3, 8, 2), torch.randn(1, 3)),
    }
