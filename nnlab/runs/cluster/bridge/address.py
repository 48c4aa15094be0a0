"""The address of a cluster, found before anything of Ray is imported."""

import os
import socket
from pathlib import Path

from nnlab.errors import NnlabError
from nnlab.texts import _

LOOPBACK = ("127.0.0.1", "localhost", "::1")
CONNECT_SECONDS = 2.0
CURRENT = Path("ray", "ray_current_cluster")
"""File in Ray's temporary folder with the address of the node that was started last."""


def reachable(said: str) -> str:
    """The address of a head that answers: host and port. Ray may be imported after that.

    Raises:
        NnlabError: nobody answers there; names the mend.
    """
    address = _of_this_machine() if said == "auto" else said
    if not accepts(address):
        raise NnlabError(
            _(
                "nobody answers there. Start its head (ray start --head), or set RAY_ADDRESS to"
                " where it is."
            )
        )
    if address.rpartition(":")[0].strip("[]") in LOOPBACK:
        # Otherwise Ray takes this machine's outer address, at which such a head does not listen.
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    return address


def accepts(address: str) -> bool:
    """Whether somebody listens at host and port."""
    host, _colon, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except (OSError, ValueError, OverflowError):
        return False
    return True


def _of_this_machine() -> str:
    folder = os.environ.get("RAY_TMPDIR") or os.environ.get("TMPDIR") or "/tmp"
    try:
        return (Path(folder) / CURRENT).read_text(encoding="utf-8").strip()
    except OSError:
        raise NnlabError(
            _(
                "RAY_ADDRESS=auto finds no Ray on this machine: start a node of the cluster here"
                " (ray start --address=HOST:PORT), or set RAY_ADDRESS to the head's HOST:PORT."
            )
        ) from None
