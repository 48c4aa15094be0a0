"""A port that is free just now."""

import socket


def free_port() -> int:
    """On 127.0.0.1."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
