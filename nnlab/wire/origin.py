"""Whether a page of this server asks: browsers say where a page is from, and pages cannot lie."""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from nnlab.wire.refusals import foreign

PORTS = {"http": 80, "https": 443}


def must_be_own(headers: Mapping[str, str], allowed: Collection[str] = ()) -> None:
    """Let pass who is no browser (it says no `Origin`), the server's own pages, and `allowed`.

    Args:
        headers: of the request.
        allowed: other origins, as in `https://lab.example`.

    Raises:
        RefusedError: a page of another host or port asks.
    """
    origin = headers.get("origin")
    if origin is None or origin in allowed:
        return
    own = _host_and_port(f"//{headers.get('host', '')}", origin)
    theirs = _host_and_port(origin, origin)
    if theirs is None or theirs != own:
        raise foreign(origin)


def _host_and_port(address: str, origin: str) -> tuple[str, int] | None:
    """Return the host and port of an address; without a port, that of the origin's scheme."""
    try:
        parts, scheme = urlsplit(address), urlsplit(origin).scheme
        if parts.hostname is None or scheme not in PORTS:
            return None
        return parts.hostname, parts.port or PORTS[scheme]
    except ValueError:
        return None
