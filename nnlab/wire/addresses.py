"""Addresses of the network: by which visitors are counted, and which this machine has."""

import ipaddress
import socket

import psutil
from starlette.types import Scope

NETWORK_BITS = 64
"""Bits of an IPv6 address that identify its owner's network (RFC 6177, section 2)."""


def address_of(scope: Scope) -> str:
    """Return the address of an ASGI request or socket, as it is counted; "" if unknown."""
    client = scope.get("client")
    return counted(client[0]) if client else ""


def counted(address: str) -> str:
    """An address as it is counted: IPv4 written in IPv6 as IPv4, of other IPv6 the network."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, NETWORK_BITS), strict=False))


def is_this_machine(host: str) -> bool:
    """Whether a server that listens on `host` is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def own_address() -> str | None:
    """This machine's address on the network, IPv6 only where there is no other; None without one.

    The one that is used for what lies behind the router, else the first that is there.
    """
    # Nothing is sent: connecting such a socket only chooses the address (192.0.2.0/24 and
    # 2001:db8::/32 are nobody's, RFC 5737 and RFC 3849).
    for family, outside in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        found = _routed(family, outside) or _listed(family)
        if found is not None:
            return found
    return None


def _routed(family: socket.AddressFamily, outside: str) -> str | None:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            asking.connect((outside, 9))
            address = str(asking.getsockname()[0])
    except OSError:
        return None
    return address if _is_of_network(address) else None


def _listed(family: socket.AddressFamily) -> str | None:
    cards = psutil.net_if_addrs().values()
    addresses = [one.address for card in cards for one in card if one.family == family]
    return next(filter(_is_of_network, addresses), None)


def _is_of_network(address: str) -> bool:
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return not (known.is_loopback or known.is_link_local or known.is_unspecified)
