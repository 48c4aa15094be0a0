"""`python -m nnlab`: the same engine without a page."""

import os
import sys

from nnlab.cli.main import main
from nnlab.threads import SHARED_CORES

if __name__ == "__main__":
    for name, value in SHARED_CORES.items():
        os.environ.setdefault(name, value)  # read when a command imports PyTorch
    sys.exit(main())
