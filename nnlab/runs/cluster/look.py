"""A node's report on itself, made without PyTorch before anything runs there."""

import importlib.metadata
import platform
import sys
from pathlib import Path
from typing import TypedDict

import psutil

from nnlab.training.machine import control_groups
from nnlab.training.machine.processor import processor_name

CARDS = Path("/proc/driver/nvidia/gpus")
MOST_CARDS = 64


class Looked(TypedDict):
    """A node, as it is at this moment."""

    python: str
    """`3.12.3`"""
    torch: str | None
    """`2.9.1+cpu`; None where PyTorch is not installed."""
    processor: str
    host: str
    memory: int
    """Bytes of the machine, or of the container that it runs in."""
    memory_free: int
    gpus: list[str]
    """The names of its cards, whether a run may use them or not."""


class Looker:
    """Stays on a node for as long as the server looks at it."""

    def look(self) -> Looked:
        """See `look`."""
        return look()


def look() -> Looked:
    """Return this node's versions and processor, and its free memory."""
    try:
        torch = importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        torch = None
    return Looked(
        python=platform.python_version(),
        torch=torch,
        processor=processor_name(),
        host=platform.node(),
        memory=int(min(psutil.virtual_memory().total, control_groups.limit())),
        memory_free=int(control_groups.free()),
        gpus=_cards(),
    )


def _cards() -> list[str]:
    """Return the names of NVIDIA cards, as the driver tells them on Linux."""
    if not sys.platform.startswith("linux") or not CARDS.is_dir():
        return []
    names = []
    for card in sorted(CARDS.iterdir())[:MOST_CARDS]:
        lines = (card / "information").read_text(encoding="utf-8").splitlines()
        names += [line.partition(":")[2].strip() for line in lines if line.startswith("Model:")]
    return names
