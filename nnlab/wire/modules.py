"""The JavaScript that the server hands out: the modules of nnlab/web, and plotly's own library.

Their address holds a digest of them all, so a browser keeps them for good and never runs one of
an older version; and a module finds another by a relative path.
"""

import gzip
import hashlib
from functools import cache
from pathlib import Path

import plotly

from nnlab.wire.paths import below

FOLDER = Path(__file__).parents[1] / "web"
LIBRARY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


@cache
def modules() -> dict[str, bytes]:
    """The source of each, by its path below nnlab/web; read once, so that it fits the digest.

    Plotly's own is `plotly.min.js`.
    """
    paths = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*.js")}
    paths[LIBRARY.name] = LIBRARY
    return {name: path.read_bytes() for name, path in sorted(paths.items())}


@cache
def digest() -> str:
    """16 hex digits, others whenever a file is another, comes or goes."""
    whole = hashlib.sha256()
    for name, content in modules().items():
        whole.update(f"{name}\0{len(content)}\0".encode())
        whole.update(content)
    return whole.hexdigest()[:16]


@cache
def compressed(name: str) -> bytes:
    """A module in gzip's format: plotly's 4.8 MB take 0.2 s, which is too long for each visitor."""
    return gzip.compress(modules()[name], mtime=0)


def address(name: str, base: str = "") -> str:
    """Return the address of a module: a path from the server's root.

    Args:
        name: its path below nnlab/web.
        base: `server.baseUrlPath`, with or without slashes around it.

    Raises:
        KeyError: there is no such module.
    """
    if name not in modules():
        raise KeyError(name)
    return f"{root(base)}/{digest()}/{name}"


def root(base: str) -> str:
    """`/web`, below `server.baseUrlPath`."""
    return below(base, "/web")
