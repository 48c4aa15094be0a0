"""Seconds until 99 % of the held-out sequences are right, for each recipe of attention.

Each is trained by `python -m nnlab train`, one after the other. The figure is the `seconds` of the
first event of its run whose validation accuracy is 99 % or more: training alone, from its first
step.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks._report import goal, print_machine, print_table
from nnlab.recipes import RECIPES
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Store

RIGHT, GOAL = 0.99, 60.0


def main() -> int:
    print_machine()
    rows = []
    for recipe in (one for one in RECIPES.values() if one.group == "sequences"):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "nnlab", "train", recipe.id, "--runs", folder]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            last = json.loads(done.stdout.splitlines()[-1])
            run = Store(Path(folder)).get(last["run"])
            reached = next(
                (
                    event
                    for event in EventReader(run.path).read_new()
                    if (getattr(event, "val_accuracy", None) or 0) >= RIGHT
                ),
                None,
            )
        rows.append(
            (
                recipe.id,
                "never" if reached is None else f"{reached.seconds:.1f} s",
                "" if reached is None else f"{reached.step:,}",
                f"{last['val_accuracy']:.2%}",
                goal(reached is not None and reached.seconds <= GOAL, f"≤ {GOAL:.0f} s"),
            )
        )
    print_table(("recipe", "99 % after", "steps", "at its end", "goal"), rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
