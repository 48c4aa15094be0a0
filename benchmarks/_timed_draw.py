"""Streamlit's command, in a process that times how long a stroke on the Draw page waits.

`python -m benchmarks._timed_draw FILE run app.py …` appends a line of JSON to FILE for each run of
the page in which something was read: seconds from its start to the answer, and to its end with the
open panel drawn.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.web import cli

from nnlab.ui.draw import reading as draw_reading


def main() -> None:
    file, *command = sys.argv[1:]
    time_answers(Path(file))
    sys.argv = ["streamlit", *command]
    cli.main()


def time_answers(file: Path) -> None:
    """Wrap the page's answer and Streamlit's run of a script."""
    show_answer, run_script = draw_reading.show_answer, ScriptRunner._run_script
    answered: list[float] = []

    def timed_answer(answers: Any, *arguments: Any, **named: Any) -> None:
        show_answer(answers, *arguments, **named)
        if answers:
            answered.append(time.perf_counter())

    def timed_run(self: ScriptRunner, rerun_data: Any) -> None:
        answered.clear()
        began = time.perf_counter()
        run_script(self, rerun_data)
        ended = time.perf_counter()
        if answered:
            line = {"answer": answered[0] - began, "whole": ended - began}
            with file.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")

    setattr(draw_reading, "show_answer", timed_answer)  # noqa: B010 - its signature is not ours
    ScriptRunner._run_script = timed_run  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
