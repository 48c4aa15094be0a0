"""`python -m tests.runs.search.server RUNS DATA ID`: a server that leads a search, to be killed."""

import sys
import time
from pathlib import Path

from nnlab.runs.search.conductors import Conductors
from nnlab.runs.store import Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings


def main(runs: str, data: str, run_id: str) -> None:
    settings = Settings(runs_dir=Path(runs), data_dir=Path(data), device="cpu")
    run = Store(Path(runs)).get(run_id)
    conductors = Conductors(LocalLauncher(settings), settings)
    conductors.start(run)
    print("started", flush=True)
    while run.is_training():
        time.sleep(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
