"""Why the wire says no: the close codes of docs/wire.md, each with its reason."""

from nnlab.classroom.rights import NotAllowedError
from nnlab.errors import NnlabError, RunDamagedError, RunNotFoundError, RunTooNewError
from nnlab.texts import _
from nnlab.visible import without_folders

REASON_BYTES = 123
"""Bytes of text in a close frame, besides its code (RFC 6455, section 5.5)."""


class RefusedError(NnlabError):
    """A viewer gets no frames, or no more of them."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        """Code of the socket's close frame. Its last two digits give a plain request's status."""

    @property
    def status(self) -> int:
        """Status of the answer to a plain request: 400 to 499, or 500."""
        return self.code - 4000 if self.code >= 4000 else 500

    @property
    def short(self) -> str:
        """The reason, cut to what a close frame can carry."""
        return str(self).encode()[:REASON_BYTES].decode(errors="ignore")


def bad_request(what: str) -> RefusedError:
    """`what` was wrong with it."""
    return RefusedError(4400, what)


def bad_token() -> RefusedError:
    """Return the refusal of a token that is forged, of another server, or too old."""
    return RefusedError(4401, _("This page's permission to watch has run out: reload the page."))


def foreign(origin: str) -> RefusedError:
    """A page of another origin asks."""
    return RefusedError(4403, _("Pages of {origin} may not watch runs here.", origin=origin[:60]))


def deleted(run_id: str) -> RefusedError:
    """Return the refusal for a run that does not exist, or no longer."""
    return RefusedError(4404, _("The run {run} was deleted.", run=run_id))


def silent() -> RefusedError:
    """The first message did not come."""
    return RefusedError(4408, _("No request came in time."))


def stuck() -> RefusedError:
    """Return the refusal of a viewer that does not read."""
    return RefusedError(4408, _("Nothing was read for too long."))


def too_new(run_id: str) -> RefusedError:
    """A later nnlab wrote the events."""
    return RefusedError(
        4409, _("The run {run} was written by a later nnlab: update nnlab to see it.", run=run_id)
    )


def too_long(limit: int) -> RefusedError:
    """A message above the limit."""
    return RefusedError(4413, _("A request has at most {limit:,} bytes.", limit=limit))


def too_many_messages(limit: int) -> RefusedError:
    """More messages a second than anybody needs."""
    return RefusedError(4429, _("At most {limit} requests a second: come back later.", limit=limit))


def too_many_viewers(limit: int) -> RefusedError:
    """All places are taken."""
    return RefusedError(4429, _("{limit:,} others are watching: come back later.", limit=limit))


def unknown_status(run_id: str) -> RefusedError:
    """Whoever knows does not answer."""
    return RefusedError(1011, _("How the run {run} stands cannot be told just now.", run=run_id))


def unreadable(run_id: str, error: OSError) -> RefusedError:
    """The run's files cannot be read just now."""
    return RefusedError(
        1011,
        _("The run {run} cannot be read ({error}).", run=run_id, error=error.strerror or error),
    )


def refusal_of(run_id: str, error: NnlabError | OSError) -> RefusedError:
    """Return the refusal for a viewer whose run cannot be read."""
    match error:
        case RefusedError():
            return error
        case NotAllowedError():
            return RefusedError(4403, str(error))
        case RunNotFoundError():
            return deleted(run_id)
        case RunTooNewError():
            return too_new(run_id)
        case RunDamagedError():
            return RefusedError(1011, without_folders(str(error)))
        case OSError():
            return unreadable(run_id, error)
        case _:
            return RefusedError(1011, without_folders(str(error)))
