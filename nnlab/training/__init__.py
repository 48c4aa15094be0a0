"""Training: an experiment and its data in, a stream of events out."""

from nnlab.training.check import Plan, plan
from nnlab.training.controls import Control, Controls, EndRun, NoControls, Set
from nnlab.training.fit import Fit, fit
from nnlab.training.metrics import LOSSES, evaluate
from nnlab.training.state import State, are_finite

__all__ = [
    "LOSSES",
    "Control",
    "Controls",
    "EndRun",
    "Fit",
    "NoControls",
    "Plan",
    "Set",
    "State",
    "are_finite",
    "evaluate",
    "fit",
    "plan",
]
