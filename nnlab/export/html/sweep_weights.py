"""The weights of a sweep's networks in its page: all, or those of the best as far as they go."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from safetensors.torch import save

from nnlab.config import Sweep
from nnlab.config.stacks import stacks_of
from nnlab.runs.disk import in_words
from nnlab.runs.record.checkpoints import load_newest_readable, load_sweep_checkpoint
from nnlab.runs.store import Run
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.texts import _
from nnlab.training.ensemble.run_state import weights_of

MOST_BYTES = 8_000_000
"""Limit for weights, float32. As text in the file they take a third more."""


@dataclass(frozen=True)
class PageWeights:
    """Weights that travel in the page."""

    content: bytes
    """safetensors of `<stack>/<name>` float32 [n, …], as `live.safetensors` has them; empty where
    there are none."""
    nets: tuple[tuple[int, ...], ...]
    """For each stack of the sweep, the numbers of the networks whose weights the page holds."""
    order: tuple[int, ...]
    """Numbers of those networks, the best first."""
    word: str
    """A note on the networks left out, or that none is."""

    @staticmethod
    def nothing() -> "PageWeights":
        """Return the value for a search, whose trials are runs of their own."""
        return PageWeights(
            b"",
            (),
            (),
            _("The networks are runs of their own: their weights are not in this page."),
        )


def kept_weights(run: Run, sweep: Sweep, history: SweepHistory) -> PageWeights:
    """The weights at the end, those of the best first, as many as MOST_BYTES holds.

    Raises:
        RunDamagedError: there are checkpoints, and none can be read.
    """
    state, _unreadable = load_newest_readable(run.path, load_sweep_checkpoint)
    order = _best_first(history)
    if state is None:
        return PageWeights(
            b"", (), (), _("The sweep has no checkpoint yet: there are no weights here.")
        )
    stacks = stacks_of(sweep.nets)
    weights = [weights_of(one) for one in state["stacks"]]
    each = [4 * sum(math.prod(value.shape[1:]) for value in stack.values()) for stack in weights]
    size = {net: each[at] for at, stack in enumerate(stacks) for net in stack.nets}
    total, chosen = 0, []
    for net in order:
        if total + size[net] > MOST_BYTES:
            break
        total += size[net]
        chosen.append(net)
    taken = set(chosen)
    found: dict[str, torch.Tensor] = {}
    nets: list[tuple[int, ...]] = []
    for stack, values in zip(stacks, weights, strict=True):
        rows = [row for row, net in enumerate(stack.nets) if net in taken]
        if rows:
            number = sum(1 for one in nets if one)
            found |= {f"{number}/{name}": value[rows] for name, value in values.items()}
        nets.append(tuple(stack.nets[row] for row in rows))
    content = save({n: v.contiguous() for n, v in found.items()}, {"step": str(state["step"])})
    return PageWeights(
        content if found else b"", tuple(nets), tuple(chosen), _word(chosen, order, total)
    )


def _best_first(history: SweepHistory) -> list[int]:
    """Order the networks by the metric that ranks them; those without a figure come last."""
    figures = history.figures(history.ranking)
    worth = figures if history.ranking.endswith("loss") else -figures
    return np.argsort(np.where(np.isfinite(worth), worth, np.inf), kind="stable").tolist()


def _word(chosen: list[int], order: list[int], size: int) -> str:
    if len(chosen) == len(order):
        return _(
            "The weights of its network are in this page, {size} in 32 bits.",
            "The weights of all {n:,} networks are in this page, {size} in 32 bits.",
            n=len(order),
            size=in_words(size),
        )
    left = len(order) - len(chosen)
    return _(
        "The weights of the {kept:,} best networks are in this page, {size} in 32 bits. A"
        " page holds at most {most} of weights, so {n:,} network is left out: it has its"
        " curve and its figures.",
        "The weights of the {kept:,} best networks are in this page, {size} in 32 bits. A"
        " page holds at most {most} of weights, so {n:,} networks are left out: they have"
        " their curves and figures.",
        kept=len(chosen),
        size=in_words(size),
        most=in_words(MOST_BYTES),
        n=left,
    )
