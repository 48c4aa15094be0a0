"""A Ray head of this machine alone, for as long as a command runs: for trying the lab on Ray.

`python -m nnlab.runs.cluster.head COMMAND…` starts it, runs the command with `NNLAB_ENGINE=ray` and
`RAY_ADDRESS`, and ends the head with it. It listens on 127.0.0.1 alone, and only who has the token
in the command's environment may ask anything of it. It imports no Ray: `ray` is a command.
"""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from nnlab.errors import NnlabError
from nnlab.texts import _

HOST = "127.0.0.1"
START_SECONDS = 60.0
"""A head that does not answer by then will not."""
LOOK_SECONDS = 0.1
END_SECONDS = 10.0
"""A head that was asked to end takes some 2.5 s; then it is killed."""
ONLY_HERE = {
    # Otherwise Ray puts the machine's address on the network in the place of 127.0.0.1.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is told to Ray's authors
    # On a machine that is busy its helpers take longer to come up than Ray waits for them.
    "RAY_agent_register_timeout_ms": "120000",
    "RAY_AUTH_MODE": "token",  # other users of this machine may reach the port, too
}
SHORT_FOLDER = "/tmp"
"""Folder for Ray's sockets and logs: macOS allows a socket's path 104 characters, and its own
folder for temporary files takes half of them."""
LAST_LINES = 15
"""Lines shown of a head's output if it did not start."""


def main(command: Sequence[str]) -> int:
    """Run a command beside a head of its own; returns the command's exit code.

    Raises:
        NnlabError: no command was given, or it is not here, Ray is not installed, or the head did
            not come up.
    """
    if not command:
        raise NnlabError(_("No command was given: python -m nnlab.runs.cluster.head COMMAND …"))
    if shutil.which(command[0]) is None:
        raise NnlabError(_("There is no command {command}.", command=command[0]))
    for number in (signal.SIGTERM, signal.SIGHUP):  # while the head still comes up, too
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))
    with head() as environment:
        return _run(command, environment)


@contextmanager
def head() -> Iterator[dict[str, str]]:
    """A head that answers, and the environment of who uses it. It is ended when the block ends.

    Raises:
        NnlabError: Ray is not installed, or the head did not come up.
    """
    if importlib.util.find_spec("ray") is None:
        raise NnlabError(_("Ray is not installed: pip install -r requirements-cluster.txt"))
    address = f"{HOST}:{_free_port()}"
    environment = dict(os.environ) | ONLY_HERE | {"RAY_AUTH_TOKEN": secrets.token_hex(32)}
    environment.pop("RAY_ADDRESS", None)  # of another cluster
    within = SHORT_FOLDER if Path(SHORT_FOLDER).is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="nnlab-ray-", dir=within))
    environment["RAY_TMPDIR"] = str(folder)  # what `auto` finds on this machine stays as it is
    process = None
    try:
        with (folder / "head.log").open("wb") as log:
            process = subprocess.Popen(
                _command(address, folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,  # Ctrl-C is for the command; the head goes after it
            )
        _wait_until_it_answers(process, address, environment, folder / "head.log")
        yield environment | {"NNLAB_ENGINE": "ray", "RAY_ADDRESS": address}
    finally:
        if process is not None:
            _end(process)
        shutil.rmtree(folder, ignore_errors=True)


def _command(address: str, folder: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block"),
        *(f"--node-ip-address={HOST}", f"--port={address.rpartition(':')[2]}"),
        # Ray's own are fixed, so that a second head would not come up.
        f"--ray-client-server-port={_free_port()}",
        *("--include-dashboard=false", "--disable-usage-stats", f"--temp-dir={folder}"),
    ]


def _wait_until_it_answers(
    process: subprocess.Popen[bytes], address: str, environment: dict[str, str], log: Path
) -> None:
    ask = [sys.executable, "-m", "ray.scripts.scripts", "health-check", "--address", address]
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and (left := deadline - time.monotonic()) > 0:
        if _listens(address):
            with suppress(subprocess.TimeoutExpired):
                asked = subprocess.run(
                    ask, env=environment, capture_output=True, check=False, timeout=left
                )
                if asked.returncode == 0:
                    return
        time.sleep(LOOK_SECONDS)
    lines = log.read_text("utf-8", errors="replace").splitlines()[-LAST_LINES:]
    raise NnlabError(
        _(
            "Ray's head did not come up at {address} within {seconds:.0f} s. It wrote:\n{lines}",
            address=address,
            seconds=START_SECONDS,
            lines="\n".join(lines),
        )
    )


def _listens(address: str) -> bool:
    host, _colon, port = address.rpartition(":")
    with suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
        return True
    return False


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    """The command's exit code; signals that would end this process are passed on to it."""
    child = subprocess.Popen(command, env=environment)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            child.send_signal(number)

    # Ctrl-C in a terminal reaches the child by itself: twice would cut its goodbye short.
    before = {signal.SIGINT: signal.signal(signal.SIGINT, lambda _number, _frame: None)}
    for number in (signal.SIGTERM, signal.SIGHUP):
        before[number] = signal.signal(number, pass_on)
    try:
        code = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code  # as a shell says that a signal ended it


def _end(process: subprocess.Popen[bytes]) -> None:
    """The head and what it started, all of which are in its own process group or its session."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
    with suppress(ProcessLookupError, PermissionError):  # none is left
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except NnlabError as error:
        sys.exit(str(error))
