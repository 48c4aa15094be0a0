"""Messages on stderr beside the results."""

import sys


def say(reason: str) -> None:
    """One line on stderr."""
    print(f"nnlab: {' '.join(reason.split())}", file=sys.stderr)
