"""Runs: a directory each, written by one worker, read by everybody."""

from nnlab.runs.checkpoints import load_live
from nnlab.runs.history import History
from nnlab.runs.launcher import Launcher, LocalLauncher
from nnlab.runs.log import EventReader
from nnlab.runs.status import ALIVE, Status
from nnlab.runs.store import Meta, Run, Store, Summary

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
