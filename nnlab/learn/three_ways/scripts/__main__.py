"""Runs all scripts of this folder, each as a script of its own; one start of Python for all.

Prints a line of JSON for each: its name and what it printed.
"""

import contextlib
import io
import json
import runpy
from pathlib import Path


def main() -> None:
    """All of them, in the order of their names."""
    for script in sorted(Path(__file__).parent.glob("step_*.py")):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            runpy.run_path(str(script), run_name="__main__")
        print(json.dumps({"script": script.stem, "printed": printed.getvalue()}))


if __name__ == "__main__":
    main()
