"""One self-contained HTML file that may make no requests.

Its own content security policy forbids every request: there is no `connect-src`, and the only
scripts that run are those whose hashes it names.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any

from nnlab.errors import NnlabError
from nnlab.export.html.bundle import FOLDER, bundle
from nnlab.texts import _
from nnlab.visible import visible

MOST_BYTES = 32 * 2**20
"""Limit for a page: a larger one opens slowly and is too large for mail."""
SIZE = "0" * 10
"""Stands for the size of the file until it is known; as many characters as it then has."""
HIDDEN = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}
"""Escapes for JSON, so that no text in it can end the element or begin another."""
BEYOND = re.compile(r"[^\x00-\x7f]")
BLOB = re.compile(r"[a-z][a-z0-9-]{0,40}")
ENDS_STYLE = re.compile(r"</style", re.IGNORECASE)
SHELL = "shell.css"


def document(
    *,
    title: str,
    entry: str,
    data: Mapping[str, Any],
    blobs: Mapping[str, bytes] | None = None,
    style: str = "",
) -> bytes:
    """Return the file, in ASCII alone.

    So the hashes of its policy are right whatever encoding a server or a frame assumes.

    Args:
        title: of the window; any text.
        entry: the page's module below nnlab/web, which draws into `<main id="page">`.
        data: what JSON can hold, finite numbers alone; `nnlab/web/file/shell.js` reads it.
        blobs: bytes by name (lower-case letters, digits, hyphens), read by `blob(name)` there.
        style: of the page, after that of the shell.

    Raises:
        NnlabError: it would be larger than 32 MiB; or as `bundle` does.
        ValueError: the data are not JSON's, or a blob's name is none.
    """
    script = BEYOND.sub(_in_script, bundle(entry))
    whole_style = BEYOND.sub(_in_style, f"{page_style(SHELL)}\n{style}")
    if ENDS_STYLE.search(whole_style):
        raise ValueError("</style")
    held = json.dumps(data, allow_nan=False, separators=(",", ":"))
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy(script, whole_style)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(visible(title))}</title>",
        f"<style>{whole_style}</style>",
        f'</head>\n<body data-bytes="{SIZE}">\n<main id="page"></main>',
        f"<noscript><p>{escape(_no_script())}</p></noscript>",
        f'<script type="application/json" id="data">{held.translate(HIDDEN)}</script>',
        *(_blob(name, content) for name, content in (blobs or {}).items()),
        f"<script>{script}</script>",
        "</body>\n</html>\n",
    ]
    content = "\n".join(parts).encode("ascii", "xmlcharrefreplace")
    if len(content) > MOST_BYTES:
        raise NnlabError(
            _(
                "This page would have {size:,.0f} MB, and one file has at most {most:,.0f}: take"
                " the weights (safetensors) or the network (onnx) of so large a run.",
                size=len(content) / 1e6,
                most=MOST_BYTES / 1e6,
            )
        )
    size = f"{len(content):0{len(SIZE)}d}"
    return content.replace(f'data-bytes="{SIZE}"'.encode(), f'data-bytes="{size}"'.encode(), 1)


def page_style(name: str) -> str:
    """A style sheet of nnlab/web/file: `recording.css`."""
    return (FOLDER / "file" / name).read_text(encoding="utf-8")


def policy(script: str, style: str) -> str:
    """The content security policy of a page with one script and one style sheet of its own."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}';"
        " img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _in_script(found: re.Match[str]) -> str:
    """A character by its UTF-16 code units, as strings, patterns and names of a script take it."""
    units = found[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _in_style(found: re.Match[str]) -> str:
    """A character by six digits, as a style sheet takes it (CSS Syntax 3, section 4.3.7)."""
    return f"\\{ord(found[0]):06x}"


def _hash(text: str) -> str:
    """Return the hash by which a policy names an inline element (CSP level 3, section 2.3.1)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _blob(name: str, content: bytes) -> str:
    if not BLOB.fullmatch(name):
        raise ValueError(name)
    held = base64.b64encode(content).decode()
    return f'<script type="application/octet-stream;base64" id="blob-{name}">{held}</script>'


def _no_script() -> str:
    return _("This page draws itself by its own script, which this browser does not run.")
