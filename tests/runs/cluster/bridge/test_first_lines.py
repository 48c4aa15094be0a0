"""A node that is gone is said in one line, whatever Ray prints of it."""

import io

from nnlab.runs.cluster.bridge.first_lines import LONGEST, FirstLines


def test_of_what_is_printed_at_once_the_first_line_is_kept() -> None:
    kept = io.StringIO()
    out = FirstLines(kept)
    print("\n(raylet) The node is marked dead.\n    [state-dump] a\n    [state-dump] b\n", file=out)
    print("(raylet) Raylet is terminated.", file=out)
    assert kept.getvalue() == "(raylet) The node is marked dead.\n(raylet) Raylet is terminated.\n"


def test_a_line_has_an_end() -> None:
    kept = io.StringIO()
    print("x" * (LONGEST + 100), file=FirstLines(kept))
    assert kept.getvalue() == "x" * LONGEST + "\n"
