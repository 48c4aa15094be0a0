"""The output of all benchmarks: the machine, and a small table."""

import os
import platform
from collections.abc import Sequence

import torch

from nnlab.training.machine.processor import processor_name


def print_machine() -> None:
    """One line on where the numbers come from."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(
        f"{processor_name()}, {cores} cores{load} · {platform.system()} ·"
        f" Python {platform.python_version()} · PyTorch {torch.__version__}"
    )


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as they need, the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    for row in (header, ["-" * width for width in widths], *rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  ".join(cells))


def goal(met: bool, text: str) -> str:
    """`≥ 0.9 ✓`, or with a cross."""
    return f"{text} {'✓' if met else '✗'}"
