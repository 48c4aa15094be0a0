"""Products of the Hessian of a network's loss over a whole part with vectors."""

import torch
from torch import Tensor, nn

from nnlab.data.splits import Part
from nnlab.models.eval_mode import eval_mode
from nnlab.training.metrics import CHUNK, LossFunction


class LossHessian:
    """The Hessian [p, p] of the mean loss at the network's weights, by its products.

    In evaluation mode, so that it is of the loss that `evaluate` reports. Neither the network nor
    its gradients are touched: the weights are copied. A product is a derivative of the gradient
    along a vector (Pearlmutter, "Fast Exact Multiplication by the Hessian", 1994), exact up to
    rounding.
    """

    def __init__(
        self, body: nn.Module, part: Part, loss: LossFunction, scale: Tensor | None = None
    ) -> None:
        """The matrix D H D, with D the diagonal matrix of `scale` [p]; None: H itself."""
        self._body, self._loss, self._scale = body, loss, scale
        self._shapes = {name: parameter.shape for name, parameter in body.named_parameters()}
        flat = torch.cat([parameter.detach().flatten() for parameter in body.parameters()])
        self._weights = flat.requires_grad_()
        self._examples = len(part)
        self._chunks = list(zip(part.x.split(CHUNK), part.y.split(CHUNK), strict=True))
        # Of a small part the graph of its gradient is kept from product to product.
        self._kept = self._gradient(*self._chunks[0]) if len(self._chunks) == 1 else None

    @property
    def size(self) -> int:
        """p: the numbers that the network learns."""
        return len(self._weights)

    def __call__(self, vector: Tensor) -> Tensor:
        """The product [p] with a vector [p]."""
        vector = vector.to(self._weights)
        if self._scale is not None:
            vector = self._scale * vector
        total = torch.zeros_like(self._weights, requires_grad=False)
        for x, y in self._chunks:
            gradient = self._kept if self._kept is not None else self._gradient(x, y)
            # As a scalar: with `grad_outputs` PyTorch imports a few seconds' worth of sympy.
            along = gradient @ vector
            (part,) = torch.autograd.grad(
                along, self._weights, retain_graph=self._kept is not None, materialize_grads=True
            )
            total += part * (len(y) / self._examples)
        return total if self._scale is None else self._scale * total

    def _gradient(self, x: Tensor, y: Tensor) -> Tensor:
        pieces = self._weights.split([shape.numel() for shape in self._shapes.values()])
        tensors = {
            name: piece.view(shape)
            for (name, shape), piece in zip(self._shapes.items(), pieces, strict=True)
        }
        with torch.enable_grad(), eval_mode(self._body):
            loss = self._loss(torch.func.functional_call(self._body, tensors, (x,)), y)
            (gradient,) = torch.autograd.grad(loss, self._weights, create_graph=True)
        return gradient
