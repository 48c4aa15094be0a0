"""Decides when the sharpness is measured, and where each eigenvalue iteration starts."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from nnlab.training.sharpness.hessian import LossHessian
from nnlab.training.sharpness.lanczos import Eigenpair, largest_eigenvalue

SHARE = 0.2
"""Share of the run's time that measuring may take."""
SECONDS_BETWEEN = 0.1
"""Least time between two measurements, in seconds."""
FRESH = 0.3
"""Length of the random part of a start beside the last eigenvector: another direction may have
become the sharpest one meanwhile."""


class SharpnessWatch:
    """Measures while requested, at most every `SECONDS_BETWEEN`, from the last eigenvector on."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` in seconds."""
        self._clock = clock
        self._until = self._next = -math.inf
        self._measured_at: int | None = None
        self._last: Tensor | None = None
        self._generator = torch.Generator().manual_seed(0)
        """Generator of its own: the run's random numbers stay as they are."""

    def ask(self, seconds: float) -> None:
        """Measure for so many seconds from now; 0: no more."""
        self._until = self._clock() + seconds if seconds else -math.inf

    def changed(self) -> None:
        """Forget that this step was measured: a weight or a rate was set by hand."""
        self._measured_at = None

    def is_due(self, step: int) -> bool:
        """Whether the weights of this step are to be measured now."""
        if self._until == -math.inf or step == self._measured_at:
            return False
        now = self._clock()
        return self._next <= now <= self._until

    def measure(self, hessian: Callable[[], LossHessian], step: int) -> tuple[Eigenpair, float]:
        """The sharpness, and the seconds that it took, on which the next measurement waits."""
        begun = self._clock()
        matrix = hessian()
        found = largest_eigenvalue(matrix, self._start(matrix.size))
        self._last = found.vector if math.isfinite(found.value) else None
        self._measured_at = step
        took = self._clock() - begun
        self._next = begun + took + max(SECONDS_BETWEEN, took * (1 - SHARE) / SHARE)
        return found, took

    def _start(self, size: int) -> Tensor:
        drawn = torch.randn(size, generator=self._generator, dtype=torch.float64)
        if self._last is None:
            return drawn
        return self._last + FRESH * drawn / drawn.norm()
