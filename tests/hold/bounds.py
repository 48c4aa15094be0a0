"""What one thing from outside may cost, and how many of them the proofs try.

Measured in a thread of this process: seconds of processor that the call takes, and how far the
process's resident memory rises above what it was, at its highest (`VmHWM`, which Linux sets back on
request: proc(5), /proc/pid/clear_refs).
"""

import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

FULL = os.environ.get("NNLAB_FULL") == "1"
"""`make proofs FULL=1`: all cases in place of a tenth."""
CASES = 10_000 if FULL else 1_000
"""Of all strategies together; each says its share."""
SECONDS = 1.0
"""Of processor, for one thing."""
BYTES = 100 * 2**20
"""Of memory, beyond what was received."""

TRIES = 3


class Given(bytes):
    """What is sent; a test that fails does not print all of it."""

    def __repr__(self) -> str:
        return f"<{len(self):,} bytes: {self[:60]!r}>"


@dataclass(frozen=True)
class Cost:
    """What a call took."""

    seconds: float
    """Of processor, of all threads of this process."""
    memory: int
    """Bytes of resident memory, at the highest, beyond what there was."""
    outcome: object
    """What it returned, or the error that it raised."""


def cost_of(call: Callable[[], object], expected: type[Exception]) -> Cost:
    """Call it; `expected` is the one kind of error that it may raise.

    Beyond a bound it is called again, and the least counts: a library that is loaded once, and
    memory that the allocator keeps for the next one, are not what this thing costs.
    """
    costs: list[Cost] = []
    while len(costs) < TRIES:
        costs.append(_cost_of_once(call, expected))
        if costs[-1].seconds <= SECONDS and costs[-1].memory <= BYTES:
            break
    return Cost(
        min(cost.seconds for cost in costs),
        min(cost.memory for cost in costs),
        costs[-1].outcome,
    )


def _cost_of_once(call: Callable[[], object], expected: type[Exception]) -> Cost:
    _settle()
    gc.collect()
    gc.freeze()  # else each case pays for a look through all that is loaded
    before = _memory("VmRSS")
    _reset_peak()
    begun = time.process_time()
    try:
        outcome: object = call()
    except expected as error:
        outcome = error
    seconds = time.process_time() - begun
    return Cost(seconds, max(0, _memory("VmHWM") - before), outcome)


def must_hold(cost: Cost, received: int = 0) -> None:
    """Fails where a thing of `received` bytes cost more than one may."""
    assert cost.seconds <= SECONDS, f"{cost.seconds:.2f} s of processor: {cost.outcome!r:.300}"
    assert cost.memory <= BYTES + received, f"{cost.memory / 2**20:.0f} MiB: {cost.outcome!r:.300}"


def fuzzed(share: float) -> settings:
    """Settings of a hypothesis test that takes this share of the cases, the same ones each time."""
    return settings(
        max_examples=max(10, round(CASES * share)),
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )


@cache
def _settle() -> None:
    """What is there before the first call stays: to look through it each time takes 0.3 s."""
    gc.collect()
    gc.freeze()


def _memory(field: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(field)


def _reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
