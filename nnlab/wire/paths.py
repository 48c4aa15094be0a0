"""Paths of the routes of the wire."""


def below(base: str, path: str) -> str:
    """`path`, below `server.baseUrlPath` (`base`, with or without slashes around it)."""
    base = base.strip("/")
    return f"/{base}{path}" if base else path
