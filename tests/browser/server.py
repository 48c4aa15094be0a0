"""The real app as a process of its own: started on a free port, ended by its own process id."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
END_SECONDS = 60.0
"""A worker ends when its checkpoint is on the disk itself, and a disk can be busy."""


@dataclass(frozen=True)
class App:
    """A server that answers."""

    url: str
    """`http://127.0.0.1:PORT`, without a slash at the end."""
    runs_dir: Path
    data_dir: Path
    log: Path
    """What the server wrote to its standard output and error."""
    pid: int

    def runs(self) -> set[Path]:
        """The directories of all runs."""
        return set(self.runs_dir.glob("[!.]*"))


@contextmanager
def running_app(
    home: Path,
    *,
    data_dir: Path | None = None,
    port: int | None = None,
    program: Sequence[str] = ("streamlit",),
    address: str | None = "127.0.0.1",
    base: str = "",
    **settings: str | int,
) -> Iterator[App]:
    """The app on a free port of 127.0.0.1, with runs, data and log under `home`.

    `port` is that of an earlier server, where there was one. `settings` become NNLAB_*
    (`max_runs=1`, `class_=1`); nothing of the caller's own NNLAB_* reaches it.
    `program` is the module that stands for Streamlit's command, and arguments before its own.
    `address` is where it listens, None for what .streamlit/config.toml says; `base` is where the
    pages stand, as `/lab`.

    Raises:
        RuntimeError: it does not answer within a minute; with what it wrote.
    """
    home.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    runs, data, log = home / "runs", data_dir or home / "data", home / "server.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            _command(program, port=port, address=address, baseUrlPath=base or None),
            cwd=REPOSITORY,
            env=_environment(runs_dir=runs, data_dir=data, **settings),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    app = App(f"http://127.0.0.1:{port}{base}", runs, data, log, process.pid)
    try:
        _wait_until_healthy(app, process)
        yield app
    finally:
        _end(process)


def _command(program: Sequence[str], **options: object) -> list[str]:
    given = {"headless": "true"} | {name: value for name, value in options.items() if value}
    flags = [f"--server.{name}={value}" for name, value in given.items()]
    return [sys.executable, "-m", *program, "run", "app.py", *flags]


def _environment(**settings: object) -> dict[str, str]:
    outer = {name: value for name, value in os.environ.items() if not name.startswith("NNLAB_")}
    own = {f"NNLAB_{name.upper().rstrip('_')}": str(value) for name, value in settings.items()}
    return outer | own


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(app: App, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{app.url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise RuntimeError(f"The app did not start: {app.log.read_text(errors='replace')}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, and see to it that its host and its workers are gone, too."""
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _, left = psutil.wait_procs(family, timeout=END_SECONDS)
    for straggler in left:
        straggler.kill()
