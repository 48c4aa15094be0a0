"""The memory limit of a worker, so that the server is never the victim.

Linux only. A worker sets both by itself, when it begins:

- When memory runs out for all, the kernel ends the process that is worth least, and a worker says
  that it is worth less than the server and its host (`oom_score_adj`, proc(5)).
- Beyond what it may take, PyTorch is refused memory and raises, which becomes the run's last word.
  `RLIMIT_DATA` counts what a process may write to and shares with nobody (getrlimit(2), Linux 4.7);
  `RLIMIT_AS` would count libraries and files as well, and says nothing.

A CUDA driver reserves many times what it uses, so where there is one a worker has no limit of its
own. macOS does not hold processes to such limits, and swaps; Windows has neither: there the check
before the first step is all there is (`nnlab.training.machine.memory`).
"""

import sys
from pathlib import Path

from nnlab.training.machine.memory import data_bytes, total_memory

SHARE = 0.5
"""Share of the machine's or the container's memory, unless NNLAB_WORKER_MEMORY is set."""
WORTH_LEAST = 800
"""Score of 1000: as if it held four fifths of the machine besides its own memory."""
CUDA = Path("/proc/driver/nvidia")


def go_first() -> None:
    """Let this process go before its server when memory runs out."""
    if sys.platform.startswith("linux"):
        Path("/proc/self/oom_score_adj").write_text(str(WORTH_LEAST), encoding="ascii")


def limit_own(allowance: int | None, *, reserve: int = 0) -> int | None:
    """Let this process take so many bytes beyond what it has by now.

    Args:
        allowance: bytes; None: half of all there is.
        reserve: bytes on top of them, which are not refused either.

    Returns:
        What `data_bytes` says when the allowance is taken; None where there is no such limit.
    """
    if not sys.platform.startswith("linux") or CUDA.exists():
        return None
    import resource

    allowance = allowance or int(total_memory() * SHARE)
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    taken = data_bytes() + allowance
    wanted = taken + reserve
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, most))
    return taken
