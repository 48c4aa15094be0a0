"""A name for a run, from what it trains."""

from nnlab.config import Activation, Conv2d, Experiment, Linear, Model
from nnlab.texts import number


def title(experiment: Experiment) -> str:
    """`spiral · 8-8 tanh · adam 0.03`."""
    optimizer = experiment.training.optimizer
    network = architecture(experiment.model)
    return f"{experiment.data.kind} · {network} · {optimizer.kind} {number(optimizer.lr, 6)}"[:80]


def architecture(model: Model) -> str:
    """`8-8 tanh`: the widths of the hidden layers (`8c`: channels), and the first activation."""
    layers = model.layers
    widths = [
        f"{layer.out_channels}c" if isinstance(layer, Conv2d) else str(layer.out_features)
        for layer in layers[:-1]
        if isinstance(layer, Conv2d | Linear)
    ]
    activation = next((layer.kind for layer in layers if isinstance(layer, Activation)), "")
    return f"{'-'.join(widths)} {activation}".strip() if widths else "linear"
