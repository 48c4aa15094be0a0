"""Streamlit's command, in a process that times each frame of the Playground.

`python -m benchmarks._timed_server FILE run app.py …` appends a line of JSON to FILE for each run
of a fragment: seconds by the clock and of processor time, of the page's own frame function and of
the whole run with all that Streamlit does around it. With `--profile` before FILE it also writes
FILE.pstats.
"""

import cProfile
import json
import sys
import time
from pathlib import Path
from typing import Any

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.web import cli

from nnlab.ui.playground import page as playground


def main() -> None:
    arguments = sys.argv[1:]
    profile = cProfile.Profile() if arguments[0] == "--profile" else None
    file, *command = arguments[1:] if profile else arguments
    time_frames(Path(file), profile)
    sys.argv = ["streamlit", *command]
    cli.main()


def time_frames(file: Path, profile: cProfile.Profile | None) -> None:
    """Wrap the Playground's frame function and Streamlit's run of a script."""
    draw, run_script = playground._draw, ScriptRunner._run_script
    own: list[tuple[float, float]] = []

    def timed_draw(*arguments: Any) -> None:
        began = now()
        try:
            draw(*arguments)
        finally:
            own.append(since(began))

    def timed_run(self: ScriptRunner, rerun_data: Any) -> None:
        own.clear()
        began = now()
        if profile is not None and rerun_data.fragment_id_queue:
            profile.enable()
        run_script(self, rerun_data)
        whole = since(began)
        if profile is not None and rerun_data.fragment_id_queue:
            profile.disable()
            profile.dump_stats(f"{file}.pstats")
        if rerun_data.fragment_id_queue and own:
            line = {"frame": own[-1], "run": whole}
            with file.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")

    setattr(playground, "_draw", timed_draw)  # noqa: B010 - its signature is not ours to say
    ScriptRunner._run_script = timed_run  # type: ignore[method-assign]


def now() -> tuple[float, float]:
    return time.perf_counter(), time.thread_time()


def since(began: tuple[float, float]) -> tuple[float, float]:
    """Seconds by the clock, and of processor time of this thread."""
    return time.perf_counter() - began[0], time.thread_time() - began[1]


if __name__ == "__main__":
    main()
