"""A module of the benchmarks as a process of its own, asked and answering line by line."""

import subprocess
import sys


def start(module: str, *arguments: str) -> subprocess.Popen[str]:
    """`python -m module …`, with pipes to its standard input and from its output."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def tell(process: subprocess.Popen[str], line: str) -> None:
    """Send it a line."""
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> str:
    """Wait for its next line, which comes without its end; empty where it has ended."""
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")
