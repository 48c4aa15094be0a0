"""Ray's message on a lost node, in one line: the details are in Ray's own logs."""

import io
from typing import TextIO

LONGEST = 500
"""Characters of a line."""


class FirstLines(io.TextIOBase):
    """Stands for standard output: of whatever is printed at once the first line that says anything.

    Ray prints a lost node's whole log there, between one line that says what happened and none
    that says more. Errors, which go to standard error, are not touched.
    """

    def __init__(self, into: TextIO) -> None:
        self._into = into

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, text: str, /) -> int:
        """Pass on the first line of a text that is not blank, if there is one."""
        first = next((line for line in text.splitlines() if line.strip()), None)
        if first is not None:
            self._into.write(first[:LONGEST].rstrip() + "\n")
            self._into.flush()
        return len(text)
