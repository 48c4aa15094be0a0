"""How fast this machine multiplies matrices, and what part of that a network's training reaches."""

import time

import torch

SIZE = 1024
WARM, ROUNDS = 3, 12


def product_rate(threads: int) -> float:
    """Floating-point operations a second of the fastest of twelve float32 products, 1024 cubed.

    Threads are those that PyTorch is told to use.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        a, b = torch.randn(SIZE, SIZE), torch.randn(SIZE, SIZE)
        seconds = []
        for _ in range(WARM + ROUNDS):
            began = time.perf_counter()
            torch.mm(a, b)
            seconds.append(time.perf_counter() - began)
    finally:
        torch.set_num_threads(before)
    return 2 * SIZE**3 / min(seconds[WARM:])


def bound(share: float, step_seconds: float, product_seconds: float) -> str:
    """Return what bounds a training that reaches `share` of the rate of matrix products."""
    times = f"a step takes {_in_words(step_seconds)}, its products {_in_words(product_seconds)}"
    if share >= 0.5:
        return f"the products themselves: {times}"
    if share >= 0.08:
        return (
            f"memory and small products: {times}; batches of this size keep the cores waiting for"
            " activations, weights and gradients"
        )
    return (
        f"the calls: {times}; the rest is what PyTorch does around each operation, whatever its"
        " size, so a larger batch or network would cost little more"
    )


def _in_words(seconds: float) -> str:
    return f"{1000 * seconds:.2f} ms" if seconds >= 1e-4 else f"{1e6 * seconds:.2g} µs"
