"""The addresses of this server: at which others reach it, and at which its own machine does."""

import socket
from urllib.parse import quote

import streamlit as st

from nnlab.settings import Settings
from nnlab.wire.addresses import is_this_machine, own_address
from nnlab.wire.paths import below

EVERYWHERE = ("", "0.0.0.0", "::")


def public_address(settings: Settings) -> str | None:
    """Return the lab's address for others, without a slash at the end; None if there is none.

    NNLAB_PUBLIC_URL where it is set, else this machine's address on the network. Never a name that
    only this machine knows.
    """
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = st.get_option("server.address") or ""
    if host in EVERYWHERE:
        host = own_address() or ""
    return _address(host) if host and not is_this_machine(host) else None


def address_here() -> str:
    """Return the address at which this machine reaches the lab, without a slash at the end."""
    host = st.get_option("server.address") or ""
    return _address("127.0.0.1" if host in EVERYWHERE else host)


def address_by_name(settings: Settings) -> str | None:
    """Return `public_address` with the machine's name, which phones often cannot resolve.

    None where NNLAB_PUBLIC_URL says the address, nobody else reaches it, or it has no name.
    """
    name = socket.gethostname()
    if settings.public_url or public_address(settings) is None or not name or name == "localhost":
        return None
    return _address(name)


def join_address(base: str, code: str = "") -> str:
    """Return the address where students join; with `code`, the page fills it in."""
    return f"{base}/join" + (f"?code={quote(code)}" if code else "")


def lecture_address(base: str, key: str) -> str:
    """Return the address where the lecturer enters."""
    return f"{base}/lecture?key={quote(key)}"


def here(path: str) -> str:
    """Return a path of this server, below `server.baseUrlPath`, for a link on a page."""
    return below(str(st.get_option("server.baseUrlPath")), path)


def _address(host: str) -> str:
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    name = f"[{host}]" if ":" in host else host
    base = below(str(st.get_option("server.baseUrlPath")), "")
    return f"{scheme}://{name}:{st.get_option('server.port')}{base}"
