"""`python -m tests.runs.server RUNS DATA`: a server without pages, for tests that kill it.

Standard input: a run's id to start it. Standard output: `host PID` whenever there is another host,
and for each id `started ID` or `refused ID: why`.
"""

import sys
from pathlib import Path

from nnlab.errors import NnlabError
from nnlab.runs.store import Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings


def main(runs: str, data: str) -> None:
    launcher = LocalLauncher(Settings(runs_dir=Path(runs), data_dir=Path(data)))
    store = Store(Path(runs))
    host = launcher._host.pid
    print(f"host {host}", flush=True)
    for line in sys.stdin:
        run_id = line.strip()
        try:
            launcher.start(store.get(run_id))
            said = f"started {run_id}"
        except NnlabError as error:
            said = f"refused {run_id}: {error}"
        if launcher._host.pid != host:
            host = launcher._host.pid
            print(f"host {host}", flush=True)
        print(said, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
