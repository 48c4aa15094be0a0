"""Which notebook this process is the kernel of. Imports none of them."""

import sys
from typing import Any


def in_notebook() -> bool:
    """Whether what is displayed here is seen in a browser: in Jupyter or in marimo."""
    return shell() is not None or marimo() is not None


def shell() -> Any | None:
    """IPython's shell, where it is that of a kernel; None in a terminal or a script."""
    ipython = sys.modules.get("IPython")
    found = ipython.get_ipython() if ipython is not None else None
    return found if getattr(found, "kernel", None) is not None else None


def marimo() -> Any | None:
    """The module marimo, where one of its cells is running."""
    found = sys.modules.get("marimo")
    is_running = getattr(found, "running_in_notebook", None)
    return found if is_running is not None and is_running() else None
