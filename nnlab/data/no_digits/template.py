"""A drawing that is no digit, as strokes set down by hand, in the way of the lab's own digits."""

from nnlab.data.strokes.forms import Form

NO_DIGIT = -1
"""Label of a form that draws no digit."""


def forms(drawings: str) -> tuple[tuple[str, Form], ...]:
    """The forms of a table of text, each with its name.

    A line is `name share stroke | stroke …`: the share says how often it is drawn against the
    others, a stroke is written as `nnlab.data.strokes.forms` writes it. A line that begins with
    `|` goes on with the one before it.
    """
    made = []
    for line in drawings.strip().replace("\n|", " |").splitlines():
        name, share, strokes = line.split(maxsplit=2)
        parts = tuple(stroke.strip() for stroke in strokes.split("|"))
        made.append((name, Form(NO_DIGIT, float(share), parts)))
    return tuple(made)
