"""nnlab: a laboratory for neural networks in the browser. Real PyTorch, live, on one page.

From Python: `nnlab.train`, `nnlab.sweep`, `nnlab.open`, `nnlab.runs` (docs/python.md), and
`nnlab.record` for a loop of one's own (docs/record.md). The names below are looked up when they are
asked for: `import nnlab` loads neither PyTorch nor Streamlit.
"""

import os
import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nnlab.version import VERSION

if TYPE_CHECKING:
    from nnlab.config.experiment import Experiment
    from nnlab.errors import NnlabError
    from nnlab.library.listed import Runs
    from nnlab.library.listed import list_runs as runs
    from nnlab.library.listed import open_run as open  # noqa: A004 - nnlab.open
    from nnlab.library.record import Recording, RecordWarning, record
    from nnlab.library.recorded_run import RecordedRun
    from nnlab.library.run import Run
    from nnlab.library.sweep import Sweep
    from nnlab.library.sweep_call import sweep
    from nnlab.library.train import train

__all__ = [
    "Experiment",
    "NnlabError",
    "RecordWarning",
    "RecordedRun",
    "Recording",
    "Run",
    "Runs",
    "Sweep",
    "__version__",
    "open",
    "record",
    "runs",
    "sweep",
    "train",
]

__version__ = VERSION

# Nothing here tells anybody of its use. And the thread that onnxruntime would do so with, from its
# import on, keeps a forked child from ending.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

_PLACES = {
    "Experiment": ("nnlab.config.experiment", "Experiment"),
    "NnlabError": ("nnlab.errors", "NnlabError"),
    "RecordWarning": ("nnlab.library.record", "RecordWarning"),
    "RecordedRun": ("nnlab.library.recorded_run", "RecordedRun"),
    "Recording": ("nnlab.library.record", "Recording"),
    "Run": ("nnlab.library.run", "Run"),
    "Runs": ("nnlab.library.listed", "Runs"),
    "Sweep": ("nnlab.library.sweep", "Sweep"),
    "open": ("nnlab.library.listed", "open_run"),
    "record": ("nnlab.library.record", "record"),
    "sweep": ("nnlab.library.sweep_call", "sweep"),
    "train": ("nnlab.library.train", "train"),
}
"""The module of each public name. No import statements: every import of a package of nnlab runs
this file first, which must not load higher layers."""


if not TYPE_CHECKING:  # a checker would take every name for one

    def __getattr__(name: str) -> Any:
        if name not in _PLACES:
            raise AttributeError(f"module 'nnlab' has no attribute {name!r}")
        module, inner = _PLACES[name]
        found = getattr(import_module(module), inner)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Runs(ModuleType):
    """The package `nnlab.runs`, which can be called as well: `nnlab.runs()` lists the runs.

    A function of that name would be lost as soon as anything imports the package: Python puts the
    package in its place. A module's class may be changed, and `import nnlab.runs` is as it was.
    """

    def __call__(self, runs: Any = None) -> Any:
        """See `nnlab.library.listed.list_runs`."""
        return import_module("nnlab.library.listed").list_runs(runs)


import_module("nnlab.runs")  # a docstring and no more
sys.modules["nnlab.runs"].__class__ = _Runs
