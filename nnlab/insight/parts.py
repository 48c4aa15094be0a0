"""Answers for more examples than a network is asked at once."""

from collections.abc import Callable

import torch
from torch import Tensor


def in_parts(answer: Callable[[Tensor], Tensor], x: Tensor, at_once: int) -> Tensor:
    """Return `answer` for all examples, computed in parts: [n, …].

    Each part is copied into the whole and let go of. Small answers that are kept one by one lie
    between the large outputs of inner layers, so that the allocator cannot use these places again.

    Args:
        answer: takes [m, …] and gives [m, …], of the same type and shape for each part.
        x: [n, …], one example at least.
        at_once: examples of a part.
    """
    first = answer(x[:at_once])
    if len(first) == len(x):
        return first
    whole = torch.empty(len(x), *first.shape[1:], dtype=first.dtype, device=first.device)
    whole[:at_once] = first
    for start in range(at_once, len(x), at_once):
        whole[start : start + at_once] = answer(x[start : start + at_once])
    return whole
