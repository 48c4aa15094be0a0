"""Runs: a directory each, written by one worker, read by everybody."""

from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.status import ALIVE, Status
from nnlab.runs.store import Meta, Run, Store, Summary
from nnlab.runs.workers.launcher import Launcher, LocalLauncher

__all__ = [
    "ALIVE",
    "EventReader",
    "History",
    "Launcher",
    "LocalLauncher",
    "Meta",
    "Run",
    "Status",
    "Store",
    "Summary",
    "load_live",
]
