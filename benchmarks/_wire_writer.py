"""`python -m benchmarks._wire_writer RATE RUN …`: writes what so many workers would write.

Weights RATE times a second for each run, a `progress` ten times a second, until its standard
input ends. So the wire is measured on a machine whose cores have no time to train.
"""

import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save

from nnlab.files import append_line, write_bytes
from nnlab.runs.record import lock
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.weight_files import LIVE
from nnlab.training.events import Progress, to_line

EVENTS_A_SECOND = 10


def main() -> None:
    rate, runs = float(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    with ExitStack() as locks:
        for run in runs:
            locks.enter_context(lock.hold(run))
        weights = {run: load_file(run / LIVE) for run in runs}
        began = time.monotonic()
        turn = 0
        while not over.is_set():
            for index, run in enumerate(runs):  # one after another, as workers are
                due = began + (turn + index / len(runs)) / rate
                time.sleep(max(0.0, due - time.monotonic()))
                write(run, weights[run], turn, rate)
            turn += 1


def write(run: Path, weights: dict[str, np.ndarray], turn: int, rate: float) -> None:
    write_bytes(run / LIVE, save(weights, {"step": str(10_000 + turn)}))
    if int(turn * EVENTS_A_SECOND / rate) > int((turn - 1) * EVENTS_A_SECOND / rate):
        event = Progress(
            step=10_000 + turn,
            epoch=100,
            seconds=turn / rate,
            train_loss=0.1234567,
            train_accuracy=0.93,
            val_loss=0.2345678,
            val_accuracy=0.91,
            lr=0.03,
        )
        append_line(run / EVENTS_FILE, to_line(event))


if __name__ == "__main__":
    main()
