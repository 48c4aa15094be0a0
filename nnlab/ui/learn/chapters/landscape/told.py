"""The limits of a picture of a loss landscape, and their reasons."""

from collections.abc import Iterator
from contextlib import contextmanager

from nnlab.errors import NnlabError
from nnlab.ui.messages import say
from nnlab.ui.shell import messages


@contextmanager
def told() -> Iterator[None]:
    """Show the reason in place of the picture. Each fragment needs one of its own."""
    with messages():
        try:
            yield
        except NnlabError as error:
            say("warning", str(error), icon=":material/landscape:")
