"""The name of this machine's processor, without PyTorch: nodes of a cluster are asked for it."""

import platform
from pathlib import Path


def processor_name() -> str:
    """Return the processor's name: the last bits of figures repeat only on the same one."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except FileNotFoundError:
        pass
    return platform.processor() or platform.machine()
