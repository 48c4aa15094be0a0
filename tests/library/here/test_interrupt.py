"""Ctrl-C as a control."""

import os
import signal

import pytest

from nnlab.library.here.interrupt import Interruptible, stop_on_interrupt
from nnlab.training.controls import NoControls


def test_ctrl_c_becomes_a_stop_and_the_second_one_ends_the_program(capsys):
    outer = signal.getsignal(signal.SIGINT)
    controls = Interruptible(NoControls())
    assert controls.poll(0, paused=False) == ()
    with stop_on_interrupt(controls):
        os.kill(os.getpid(), signal.SIGINT)
        (asked,) = controls.poll(7, paused=False)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert asked.do == "stop"
    assert signal.getsignal(signal.SIGINT) is outer
    assert "the run is kept" in capsys.readouterr().err
