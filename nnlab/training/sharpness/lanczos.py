"""The algebraically largest eigenvalue of a symmetric matrix of which only products are known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

MOST_PRODUCTS = 80
TOLERANCE = 2e-3
"""Largest residual at the end, as a share of the eigenvalue."""


@dataclass(frozen=True)
class Eigenpair:
    """The eigenpair that Lanczos found."""

    value: float
    vector: Tensor
    """float64 [p], of length 1."""
    residual: float
    """‖A v − value·v‖: an eigenvalue lies within so much of `value`."""
    products: int
    """Number of Hessian-vector products that it took."""


def largest_eigenvalue(
    product: Callable[[Tensor], Tensor], start: Tensor, *, tolerance: float = TOLERANCE
) -> Eigenpair:
    """Lanczos with full reorthogonalisation, from `start` on.

    Source: Golub and Van Loan, "Matrix Computations", 4th edition, section 10.1; the residual is
    |βₖ sₖ|, theorem 10.1.1 there. `scipy.sparse.linalg.eigsh(which="LA")` finds the same, in at
    least twenty products at a time; this one stops after a few where it starts close by.

    Args:
        product: from a vector float64 [p] to the matrix times it, of any floating type.
        start: float64 [p], not 0, with a part in the direction that is sought.
        tolerance: share of the eigenvalue that the residual may be.
    """
    size = len(start)
    most = min(size, MOST_PRODUCTS)
    basis = torch.empty(most, size, dtype=torch.float64)
    tridiagonal = np.zeros((most, most))
    vector = start / start.norm()
    for at in range(most):
        basis[at] = vector
        image = product(vector).to("cpu", torch.float64)
        tridiagonal[at, at] = float(vector @ image)
        known = basis[: at + 1]
        for _twice in range(2):  # once leaves what rounding leaves
            image = image - known.T @ (known @ image)
        beta = float(image.norm())
        if not np.isfinite([beta, tridiagonal[at, at]]).all():
            return Eigenpair(float("nan"), vector, float("nan"), at + 1)
        values, vectors = np.linalg.eigh(tridiagonal[: at + 1, : at + 1])
        residual = beta * abs(float(vectors[-1, -1]))
        # Of a value near 0 rounding, which is relative to the largest size, is the bound.
        scale = max(abs(float(values[-1])), 1e-3 * float(np.abs(values).max()))
        if residual <= tolerance * scale or at + 1 == most:
            break
        tridiagonal[at, at + 1] = tridiagonal[at + 1, at] = beta
        vector = image / beta
    found = known.T @ torch.from_numpy(vectors[:, -1])
    return Eigenpair(float(values[-1]), found / found.norm(), residual, at + 1)
