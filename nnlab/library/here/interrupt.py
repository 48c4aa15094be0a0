"""Ctrl-C as a control: the run ends where it stands, with a checkpoint."""

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from nnlab.texts import _
from nnlab.training.controls import Control, Controls, ask_now


class Interruptible:
    """Passes on the controls of `others`, and a `stop` once `stop()` was called."""

    def __init__(self, others: Controls) -> None:
        self._others = others
        self.is_asked = False
        """Whether the end was asked for."""

    def stop(self) -> None:
        """Ask for the end; safe to call from a signal handler."""
        self.is_asked = True

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """See `Controls.poll`."""
        if self.is_asked:
            return [ask_now(do="stop")]
        return self._others.poll(step, paused=paused)


@contextmanager
def stop_on_interrupt(controls: Interruptible) -> Iterator[None]:
    """Within this context the first Ctrl-C stops the run, and a second one ends the program.

    Only the main thread receives signals; elsewhere nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    outer = signal.getsignal(signal.SIGINT)

    def handle(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        controls.stop()
        print(
            "\n" + _("nnlab: stopping, the run is kept (Ctrl-C again quits at once)"),
            file=sys.stderr,
            flush=True,
        )

    signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, outer)
