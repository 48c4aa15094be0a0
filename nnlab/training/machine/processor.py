"""What this machine's processor is called. No PyTorch: nodes of a cluster are asked for it."""

import platform
from pathlib import Path


def processor_name() -> str:
    """What this machine calls its processor: the last bits of figures repeat on the same one."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except FileNotFoundError:
        pass
    return platform.processor() or platform.machine()
