"""Tokens: the page gives the browser one for the run that it may watch, of use to it alone.

The run's id, the person's, the time and a signature (HMAC-SHA256) by the server's key, as
`itsdangerous` makes them: safe in a URL, readable by all, made by this server alone.
"""

import contextlib
import hashlib
import os
import secrets
import threading
from pathlib import Path

from itsdangerous import BadData, URLSafeTimedSerializer

from nnlab.errors import NnlabError
from nnlab.files import WITHOUT_LINKS, cannot_write, write_all
from nnlab.settings import Settings
from nnlab.texts import _
from nnlab.visitor import LOCAL
from nnlab.wire.refusals import bad_token

VALID_SECONDS = 12 * 3600
MAX_TOKEN = 1000
KEY_FILE = ".secret"
KEY_BYTES = 32


class Tokens:
    """Signs and checks, with one key."""

    def __init__(self, key: bytes) -> None:
        self._signer = URLSafeTimedSerializer(
            key, salt="nnlab.wire", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def sign(self, run_id: str, person: str = LOCAL) -> str:
        """A token for the run, for 12 hours, with which that person may watch it.

        Where the lab is not shared (`LOCAL`) anybody may hold it.
        """
        said = self._signer.dumps([run_id, person])
        return said if isinstance(said, str) else said.decode()

    def run_of(self, token: str, person: str = LOCAL) -> str:
        """The run that it is for.

        Args:
            token: as `sign` made it.
            person: whose cookie came with it.

        Raises:
            RefusedError: it is not of this key, too old, or another person's.
        """
        if len(token) > MAX_TOKEN:
            raise bad_token()
        try:
            said = self._signer.loads(token, max_age=VALID_SECONDS)
        except BadData:
            raise bad_token() from None
        match said:
            case [str(run_id), str(holder)] if holder in (LOCAL, person):
                return run_id
            case _:
                raise bad_token()


def key_of(settings: Settings) -> bytes:
    """`NNLAB_SECRET`, else what the file `.secret` of the runs directory holds: made where absent.

    Raises:
        NnlabError: the file cannot be made or read, or is none of ours.
    """
    if settings.secret is None:
        return _key_in(settings.runs_dir)
    return settings.secret.get_secret_value().encode()


def _key_in(folder: Path) -> bytes:
    path = folder / KEY_FILE
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise cannot_write(_("The file {path}", path=path.resolve()), error) from error
    if len(key) != KEY_BYTES:
        raise NnlabError(
            _(
                "{path} holds {count} bytes and should hold {expected}: delete it, and another is"
                " made.",
                path=path.resolve(),
                count=len(key),
                expected=KEY_BYTES,
            )
        )
    return key


def _make(path: Path) -> None:
    """Create the file; of several processes one succeeds, and all read the same whole file."""
    temporary = path.with_name(f"{KEY_FILE}.{os.getpid()}.{threading.get_ident()}")
    try:
        _write(temporary)
        os.link(temporary, path)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno not in WITHOUT_LINKS:
            raise
        with contextlib.suppress(FileExistsError):
            _write(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write(path: Path) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "wb", buffering=0) as file:  # noqa: PTH123 - a handle has no path
        write_all(file, secrets.token_bytes(KEY_BYTES))
