"""A process that speaks as the bridge does and trains nothing: `python fake_bridge.py FOLDER`.

It says the lines of `FOLDER/greeting` when it starts, writes each order into `FOLDER/orders`, and
does what the lines of `FOLDER/told` say, each once whichever process reads it: `{"say": …}`,
`{"end": run, "reason": …}`, `{"exit": code}`. It holds the lock of each run that it was handed, and
writes how the run began.
"""

import contextlib
import json
import os
import sys
import threading
import time
from pathlib import Path

from nnlab.files import append_line
from nnlab.runs.record import lock
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.training.events import FitEnded, to_line
from tests.runs.bench import started

held: dict[str, contextlib.ExitStack] = {}
busy = threading.RLock()


def say(line: object) -> None:
    with busy:
        print(json.dumps(line), flush=True)


def end(run: str, reason: str) -> None:
    with busy:
        event = FitEnded.model_validate({"step": 9, "epoch": 1, "seconds": 1.0, "reason": reason})
        if Path(run).is_dir():
            append_line(Path(run) / EVENTS_FILE, to_line(event))
        held.pop(run).close()


def obey(order: dict, folder: Path) -> None:
    with busy:
        append_line(folder / "orders", json.dumps(order))
        if "drop" in order:
            if order["drop"] in held:
                held.pop(order["drop"]).close()
        elif "replay" not in order and not (folder / "deaf").exists():
            run = order["run"]
            if run not in held:
                stack = contextlib.ExitStack()
                stack.enter_context(lock.hold(Path(run)))
                held[run] = stack
            append_line(Path(run) / EVENTS_FILE, to_line(started(processor="old")))


def listen(folder: Path) -> None:
    done = folder / "done"
    while True:
        time.sleep(0.01)
        with contextlib.suppress(FileNotFoundError):
            lines = (folder / "told").read_bytes().split(b"\n")[:-1]
            count = int(done.read_text()) if done.exists() else 0
            for line in lines[count:]:
                count += 1
                told = json.loads(line)
                if "exit" in told:
                    done.write_text(str(count))
                    os._exit(told["exit"])
                if "say" in told:
                    say(told["say"])
                else:
                    end(told["end"], told["reason"])
                done.write_text(str(count))


def main(folder: Path) -> None:
    append_line(folder / "starts", str(os.getpid()))
    for line in json.loads((folder / "greeting").read_text()):
        say(line)
    threading.Thread(target=listen, args=(folder,), daemon=True).start()
    for line in sys.stdin:
        obey(json.loads(line), folder)
    for run in list(held):
        end(run, "server_gone")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
