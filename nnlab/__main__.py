"""`nnlab`, and `python -m nnlab`: the lab in the browser, and the same engine without a page."""

import os
import sys

from nnlab.cli.main import main
from nnlab.threads import SHARED_CORES


def run() -> int:
    """Run the command `nnlab`. Returns its exit status."""
    for name, value in SHARED_CORES.items():
        os.environ.setdefault(name, value)  # read when a command imports PyTorch
    return main()


if __name__ == "__main__":
    sys.exit(run())
