"""From a specification to a network."""

from nnlab.models.build import build, skeleton
from nnlab.models.shapes import LayerShape, check_outputs, trace, training_flops

__all__ = ["LayerShape", "build", "check_outputs", "skeleton", "trace", "training_flops"]
