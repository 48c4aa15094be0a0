"""`nnlab` alone: the lab in the browser, as `streamlit run app.py` opens it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from nnlab.errors import NnlabError
from nnlab.texts import _

EVERYWHERE = "0.0.0.0"
PACKAGE = Path(__file__).resolve().parents[1]
PLACES = (PACKAGE / "app", PACKAGE.parent)
"""Folders with `app.py`, `pages` and `.streamlit`: in an installed package, in a checkout."""


def open_lab(
    port: int | None = None,
    share: str | None = None,
    *,
    is_class: bool = False,
    browser: bool = True,
) -> int:
    """Start the server in the place of this process, and wait for it where that cannot be.

    Args:
        port: 1 to 65535; None: Streamlit's own, 8501.
        share: an address of this machine to listen on, for others; None: on this machine alone.
        is_class: for a class, which others reach.
        browser: open it in the browser.

    Raises:
        NnlabError: a port that is none, or the lab's script is not here.
    """
    command, environment = command_of(port, share, is_class=is_class, browser=browser)
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], command, environment)
    return subprocess.call(command, env=environment)


def command_of(
    port: int | None, share: str | None, *, is_class: bool, browser: bool
) -> tuple[list[str], Mapping[str, str]]:
    """Return the command that starts the server, and its environment. Raises as `open_lab`."""
    flags: dict[str, object] = {}
    if port is not None:
        if not 1 <= port <= 65535:
            raise NnlabError(_("--port takes 1 to 65535, got {port}.", port=port))
        flags["server.port"] = port
    environment = dict(os.environ)
    if share is not None or is_class:
        flags["server.address"] = share or EVERYWHERE
        environment["NNLAB_CLASS" if is_class else "NNLAB_SHARE"] = "1"
    if is_class or not browser:  # the browser that Streamlit would open knows no key of a class
        flags["server.headless"] = "true"
    given = [f"--{name}={value}" for name, value in flags.items()]
    return [sys.executable, "-m", "streamlit", "run", str(script()), *given], environment


def script() -> Path:
    """The file that Streamlit runs.

    Raises:
        NnlabError: it is not here.
    """
    for place in PLACES:
        if (place / "app.py").is_file():
            return place / "app.py"
    raise NnlabError(
        _("The lab's app.py is not in {path}: install nnlab anew.", path=PACKAGE / "app")
    )
