"""What one thing from outside may cost, and how many of them the proofs try.

Measured in a thread of this process: seconds of processor that the call takes, and how far the
process's resident memory rises above what it was, at its highest (`VmHWM`, which Linux sets back on
request: proc(5), /proc/pid/clear_refs).

Machines differ, and one that others use differs from itself: seconds of what seems too dear are
therefore counted in those of a machine that does a known piece of work in a known time, which is
done right after it.
"""

import gc
import os
import re
import resource
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, settings
from numpy.typing import NDArray

FULL = os.environ.get("NNLAB_FULL") == "1"
"""`make proofs FULL=1`: all cases in place of a tenth."""
CASES = 10_000 if FULL else 1_000
"""Of all strategies together; each says its share."""
SECONDS = 1.0
"""Of processor, for one thing, on a machine that does `_match_texts` in `MATCH_SECONDS` and
`_write_files` in `WRITE_SECONDS`."""
MATCHES, MATCH_SECONDS = 500_000, 0.17
"""Python's own work on texts that lie in memory, as those of a file do, and what it takes in user
mode: the least seen on an EPYC of 2026."""
FILES, WRITE_SECONDS = 200, 0.03
"""Files made and removed, and what they take in the kernel: on such machines up to 0.17 s."""
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
    """Of processor, of all threads of this process; beyond `SECONDS`, of the bound's machine."""
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
    begun = _processor()
    try:
        outcome: object = call()
    except expected as error:
        outcome = error
    spent = _processor() - begun
    memory = max(0, _memory("VmHWM") - before)
    if spent.sum() > SECONDS:
        spent /= np.maximum(1, _slowness())
    return Cost(float(spent.sum()), memory, outcome)


def _slowness() -> NDArray[np.float64]:
    """How many times as long as the machine of the bound this one takes now: user mode, kernel."""
    return np.min([_slowness_once() for _ in range(TRIES)], axis=0)


def _slowness_once() -> NDArray[np.float64]:
    begun = _processor()
    _match_texts()
    user = (_processor() - begun)[0] / MATCH_SECONDS
    begun = _processor()
    _write_files()
    return np.array([user, (_processor() - begun)[1] / WRITE_SECONDS])


def _match_texts() -> None:
    number = re.compile(r"[+-]?(\d++\.?\d*+|\.\d++)([eE][+-]?\d{1,3})?")
    row = ",".join(["12"] * 100)
    rows = [row.split(",") for _ in range(MATCHES // 100)]
    assert all(all(map(number.fullmatch, cells)) for cells in rows)


def _write_files() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for n in range(FILES):
            Path(folder, str(n)).write_bytes(b"1" * 300)


def _processor() -> NDArray[np.float64]:
    """Seconds in user mode and in the kernel, of all threads of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return np.array([used.ru_utime, used.ru_stime])


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
