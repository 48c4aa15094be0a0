"""Small networks and pictures with fixed random weights, for tests of insight."""

import torch
from torch import Tensor, nn


def mlp(classes: int = 3) -> nn.Sequential:
    torch.manual_seed(0)
    return _strong(
        nn.Sequential(nn.Flatten(), nn.Linear(64, 12), nn.Tanh(), nn.Linear(12, classes))
    )


def cnn(classes: int = 3) -> nn.Sequential:
    """With all that behaves otherwise while training; left in training mode on purpose."""
    torch.manual_seed(1)
    network = nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 5, 2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(20, classes),
    )
    _strong(network)(torch.randn(16, 1, 8, 8))  # running statistics that are not the first ones
    return network


def picture(side: int = 8) -> Tensor:
    return torch.rand(1, side, side, generator=torch.Generator().manual_seed(2))


def _strong(network: nn.Sequential) -> nn.Sequential:
    """Weights as large as after training: outputs that differ plainly from picture to picture."""
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.ndim > 1:
                parameter.mul_(4)
    return network
