"""Text from outside (a name, a column, an error of a library), so that all of it can be seen.

`visible` is for plain text, `in_html` for pages and charts, whose labels read tags; for Markdown
there is `nnlab.ui.words.plain`.
"""

import re
import unicodedata
from collections.abc import Iterable
from html import escape
from pathlib import Path

LONGEST = 2_000
"""Characters; no message of nnlab's own comes near."""
UNSEEN = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
"""Unicode's categories (UAX 44) of what turns the text around it, breaks lines or shows nothing."""
KEPT = "\n\t\u200c\u200d"
"""Characters kept: line and tab, and the joiners that Persian, Hindi and emoji need."""
STAND_IN = "\N{REPLACEMENT CHARACTER}"
FIRST_ISOLATE, END_ISOLATE = "\u2068", "\u2069"
RIGHT_TO_LEFT = {"R", "AL", "AN"}
MARKS = re.compile(r"[\\`*\[\]$~<>#|]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])")
"""Marks of Markdown (CommonMark 0.31, GFM 0.29), of formulas and of HTML, wherever they stand."""
PATH = re.compile(r"(?<![\w:/.~])(?:[A-Za-z]:)?(?:[/\\][^\s/\\'\":;,()<>]+)+[/\\](?=[^\s/\\'\"])")
"""All of an absolute path but its last name."""


def visible(text: str, longest: int = LONGEST) -> str:
    r"""The text, cut to `longest` characters; a mark stands for each that cannot be seen.

    Among these are NUL and its like, halves of surrogates (which no protocol can send), and what
    turns the direction of writing: `file\u202egpj.exe` would be read as `fileexe.jpg`.
    """
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(STAND_IN if _is_unseen(one) else one for one in cut)


def isolated(text: str) -> str:
    """A text in a script from right to left turns nothing around it (UAX 9, section 6.3)."""
    if any(unicodedata.bidirectional(one) in RIGHT_TO_LEFT for one in text):
        return f"{FIRST_ISOLATE}{text}{END_ISOLATE}"
    return text


def in_html(text: str) -> str:
    """For HTML and for the labels of plotly's charts, where `<a href>` would make a link."""
    return escape(isolated(visible(text)))


def without_folders(text: str, known: Iterable[Path] = ()) -> str:
    """The text, without where on the server a file lies: its name is left.

    Args:
        text: it may hold absolute paths.
        known: folders of which their own name is left, and what stands below them.

    >>> without_folders("/srv/lab/runs/a/meta.json and /usr/lib/x.so", [Path("/srv/lab/runs")])
    'runs/a/meta.json and …/x.so'
    """
    for folder in sorted({*known, *(one.resolve() for one in known)}, key=lambda f: -len(str(f))):
        if folder.is_absolute() and folder.name:
            text = text.replace(str(folder), folder.name)
    return PATH.sub("…/", text)


def _is_unseen(character: str) -> bool:
    return character not in KEPT and unicodedata.category(character) in UNSEEN
