"""`python -m nnlab`: the same engine without a page."""

import sys

from nnlab.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
