"""The object that the author of a loop uses while it is recorded."""

import weakref
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from nnlab.errors import NnlabError, shown
from nnlab.library.record.recorder import Recorder
from nnlab.library.record.warn import warn
from nnlab.runs.run import Run
from nnlab.texts import _


class Recording:
    """A loop that is written down: `with nnlab.record(model, name="mine") as run:`.

    One that is never closed is closed as `stopped` when nothing refers to it any more, or when
    Python ends.
    """

    def __init__(self, recorder: Recorder | None, run: Run | None) -> None:
        """Made by `nnlab.record`. Without a recorder nothing is recorded, and nothing fails."""
        self._recorder = recorder
        self.run = run
        """The recorded run; None where nothing can be recorded."""
        self._end = None if recorder is None else weakref.finalize(self, recorder.close, "stopped")

    @property
    def id(self) -> str | None:
        """The run's name in the runs directory."""
        return None if self.run is None else self.run.id

    @property
    def path(self) -> Path | None:
        """The run's directory."""
        return None if self.run is None else self.run.path

    def step(self, /, **metrics: object) -> None:
        """One step of the loop was taken: its figures, by any names.

        Each is one number: a float, or a tensor of one value on any device. At most ten times a
        second their means are written down. `epoch` says where the loop is, and is no curve.
        """
        if self._recorder is not None:
            self._recorder.step(metrics)

    def log(self, /, **metrics: object) -> None:
        """More figures of the step just taken, as of a validation after it."""
        if self._recorder is not None:
            self._recorder.step(metrics, counts=False)

    def show(self) -> None:
        """Show it in a notebook's cell while the loop runs below. Elsewhere nothing happens."""
        if self.run is None:
            return
        try:
            from nnlab.notebook import show  # widgets take a second: a notebook alone shows them

            show(self.run)
        except Exception as error:  # noqa: BLE001 - the loop goes on, whatever it is
            warn(_("The recording is not shown, and your loop goes on: {why}", why=shown(error)))

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, Any] | None:
        """Return the notebook's view of it; None: its `repr`."""
        if self.run is None:
            return None
        from nnlab.notebook import mimebundle_of

        return mimebundle_of(self.run)

    def close(self, error: BaseException | None = None) -> None:
        """The loop is over; with an error, it failed. Calling it again does nothing."""
        if self._recorder is None:
            return
        if error is None:
            self._recorder.close("completed")
        elif isinstance(error, Exception):
            self._recorder.close("failed", _said(error))
        else:  # Ctrl-C, or sys.exit
            self._recorder.close("stopped")
        if self._end is not None:
            self._end.detach()

    def __enter__(self) -> Self:
        """The recording itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it. An error goes on to the author."""
        self.close(error)

    def __reduce__(self) -> tuple[type[Self], tuple[None, Run | None]]:
        """Pickle as the run's location: in another process it records nothing."""
        return type(self), (None, self.run)

    def __repr__(self) -> str:
        return f"Recording({self.id!r})"


def _said(error: Exception) -> str:
    """An error as the run's last word has it, at most as long as a message."""
    try:
        text = _("{kind}: {error}", kind=type(error).__name__, error=error)
    except Exception:  # noqa: BLE001 - the author's own error may not even say what it is
        text = type(error).__name__
    return str(NnlabError(text))
