"""Four ways to begin."""

from typing import Literal

from torch import Tensor, nn

from nnlab.texts import N_

Scheme = Literal["normal", "xavier", "kaiming", "zeros"]
Function = Literal["relu", "tanh"]
SCHEMES: dict[Scheme, str] = {
    "normal": "N(0, 1)",
    "xavier": "Xavier",
    "kaiming": "Kaiming",
    "zeros": N_("zeros"),
}
FUNCTIONS: dict[Function, type[nn.Module]] = {"relu": nn.ReLU, "tanh": nn.Tanh}
FEWEST_LAYERS, MOST_LAYERS = 1, 20


def begin(weight: Tensor, scheme: Scheme, function: Function) -> None:
    """Fill a weight [out, in] by `torch.nn.init`, drawing from PyTorch's global generator."""
    if scheme == "normal":
        nn.init.normal_(weight)
    elif scheme == "xavier":
        nn.init.xavier_normal_(weight)
    elif scheme == "kaiming":
        nn.init.kaiming_normal_(weight, nonlinearity=function)
    else:
        nn.init.zeros_(weight)


def variance(scheme: Scheme, function: Function, inputs: int, outputs: int) -> float:
    """Return a weight's variance: 1, 2 / (in + out) (Glorot 2010), gain² / in (He 2015), 0."""
    if scheme == "normal":
        return 1.0
    if scheme == "xavier":
        return 2 / (inputs + outputs)
    if scheme == "kaiming":
        return nn.init.calculate_gain(function) ** 2 / inputs
    return 0.0
