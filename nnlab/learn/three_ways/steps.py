"""The refactoring of PyTorch's `nn` tutorial: six scripts, the steps between them, their runs."""

import difflib
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.threads import ONE_THREAD, environment_of_workers

SCRIPTS = Path(__file__).with_name("scripts")
NAMES = tuple(sorted(path.stem for path in SCRIPTS.glob("step_*.py")))
"""Names of the scripts, the longest first: `step_0_tensors` to `step_5_fit`."""
SECONDS = 300.0
"""Time limit of the scripts in seconds; on two idle cores all six take some six seconds."""


@cache
def script(number: int) -> str:
    """The source of a script, 0 to 5."""
    return (SCRIPTS / f"{NAMES[number]}.py").read_text(encoding="utf-8")


@cache
def step(number: int) -> str:
    """Return the changes that step 1 to 5 makes to the script before it, as a unified diff."""
    before, after = (script(one).splitlines() for one in (number - 1, number))
    names = (f"{NAMES[one]}.py" for one in (number - 1, number))
    return "\n".join(difflib.unified_diff(before, after, *names, lineterm="", n=2))


def lines_of(number: int) -> int:
    """Lines of a script that are not empty."""
    return sum(bool(line.strip()) for line in script(number).splitlines())


def run_all(seconds: float = SECONDS) -> tuple[tuple[float, ...], ...]:
    """Run the six scripts in a process of their own, one after another, in one thread.

    Returns, for each script, the validation loss after each of its five epochs.

    Raises:
        NnlabError: a script failed or took longer than `seconds`.
    """
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "nnlab.learn.three_ways.scripts"],
            cwd=SCRIPTS.parents[3],
            env=environment_of_workers() | ONE_THREAD,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise NnlabError(
            _(
                "The six scripts may take {most:g} s, and took longer: the machine is busy."
                " Press the button again in a while.",
                most=seconds,
            )
        ) from error
    except subprocess.CalledProcessError as error:
        raise NnlabError(
            _("The scripts did not run to their end: {why}", why=str(error.stderr)[-300:])
        ) from error
    return tuple(_losses(json.loads(line)["printed"]) for line in ended.stdout.splitlines())


def _losses(printed: str) -> tuple[float, ...]:
    """Parse printed lines with an epoch and its loss."""
    return tuple(float(line.split()[1]) for line in printed.splitlines())


def largest_difference(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the largest difference between the losses of two scripts, epoch by epoch."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))
