"""A word to the author of a loop, which never breaks the loop."""

import contextlib
import sys
import warnings
from pathlib import Path
from types import FrameType

PACKAGE = str(Path(__file__).resolve().parents[2])


class RecordWarning(UserWarning):
    """Something that a recorder was given cannot be recorded: why, what came, and the mend."""


def warn(text: str) -> None:
    """Warn at the line of the caller outside of nnlab.

    Where warnings are errors (`python -W error`), the text goes to the standard error stream: the
    loop goes on.
    """
    try:
        warnings.warn(text, RecordWarning, stacklevel=_depth())
    except Exception:  # noqa: BLE001 - a filter, or a hook of the author's own, may raise anything
        _print(text)


def _print(text: str) -> None:
    with contextlib.suppress(Exception):  # there is no such stream, or it is closed
        print(f"RecordWarning: {text}", file=sys.stderr)


def _depth() -> int:
    """The `stacklevel` of the first caller outside of nnlab, as seen by `warn`."""
    frame: FrameType | None = sys._getframe(1)
    level = 1
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame, level = frame.f_back, level + 1
    return level
