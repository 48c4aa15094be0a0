"""A file written whole, where somebody said."""

from pathlib import Path

from nnlab.errors import NnlabError
from nnlab.files import write_whole
from nnlab.texts import _


def write(path: Path, content: bytes) -> Path:
    """Write a file; one that is there already is replaced whole.

    Raises:
        NnlabError: the place cannot be written.
    """
    try:
        write_whole(path, lambda temporary: temporary.write_bytes(content))
    except (OSError, ValueError) as error:  # a path without a name, as "/", is a ValueError
        raise NnlabError(
            _(
                "'{path}' cannot be written ({error}): name another place (on the command line"
                " with --out).",
                path=path,
                error=getattr(error, "strerror", None) or _("no name of a file"),
            )
        ) from error
    return path
