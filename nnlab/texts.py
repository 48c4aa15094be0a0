"""The one door for texts that a person reads, so that a catalogue can translate them later.

English for now. `_` gives the text itself, its placeholders filled.
"""


def _(text: str, many: str | None = None, /, **values: object) -> str:
    """A text for a person, with its named placeholders filled as `str.format` fills them.

    >>> _("step {step:,} of {total:,}", step=1200, total=5000)
    'step 1,200 of 5,000'
    >>> _("{n:,} run", "{n:,} runs", n=2)
    '2 runs'

    Args:
        text: a literal, so that it can be collected into a catalogue. Without values it is returned
            as it stands, braces included.
        many: the plural form; with it, `text` is the singular one and the value `n` decides.
        values: of the placeholders, by name.
    """
    # The catalogues of gettext keep their own head under the empty text.
    if not text:
        return text
    chosen = text if many is None or values["n"] == 1 else many
    return chosen.format(**values) if values else chosen


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text that is kept now (in a table, a recipe) and goes through `_` when it is shown."""
    return text
