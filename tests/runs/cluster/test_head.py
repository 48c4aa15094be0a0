"""A Ray head of this machine alone: a command uses it, and it ends with the command."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from nnlab.errors import NnlabError
from nnlab.runs.cluster import head

PATIENCE_SECONDS = 60.0
ADDRESS_OF = "import os; print(os.environ['NNLAB_ENGINE'], os.environ['RAY_ADDRESS'], flush=True)"
USES_IT = f"""
{ADDRESS_OF}
import ray
ray.init(logging_level="ERROR", log_to_driver=False)
print(sum(node["Alive"] for node in ray.nodes()), ray.get(ray.remote(lambda: 6 * 7).remote()))
"""


@contextmanager
def started(*command: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "nnlab.runs.cluster.head", *command],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"RAY_ADDRESS": "192.0.2.1:6379"},
    ) as process:
        yield process


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def is_gone(processes: list[psutil.Process]) -> bool:
    _gone, alive = psutil.wait_procs(processes, timeout=PATIENCE_SECONDS)
    return not alive


@pytest.mark.slow
def test_a_command_trains_on_a_head_that_ends_with_it() -> None:
    with started(sys.executable, "-c", USES_IT + "\nraise SystemExit(7)") as process:
        assert process.stdout is not None
        engine, address = process.stdout.readline().split()
        host, _colon, port = address.rpartition(":")
        listening = [
            (child.name(), at.laddr.ip)
            for child in family(process)
            for at in child.net_connections("inet")
            if at.status == psutil.CONN_LISTEN
        ]
        all_of_it = family(process)
        assert (engine, host) == ("ray", "127.0.0.1")
        assert "gcs_server" in [name for name, _ip in listening]
        assert {ip.removeprefix("::ffff:") for _name, ip in listening} == {"127.0.0.1"}
        assert process.stdout.read().split() == ["1", "42"]
        assert process.wait(PATIENCE_SECONDS) == 7
        assert len(all_of_it) > 4
        note = Path("/tmp/ray/ray_current_cluster")  # what RAY_ADDRESS=auto reads
        assert not note.exists() or note.read_text("utf-8") != address
        assert is_gone(all_of_it)
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((host, int(port)), timeout=1)


@pytest.mark.slow
def test_a_signal_reaches_the_command_and_the_head_ends_after_it() -> None:
    says_goodbye = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('goodbye', flush=True), sys.exit(3)))\n"
        "print('here', flush=True)\n"
        "time.sleep(600)"
    )
    with started(sys.executable, "-c", says_goodbye) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        all_of_it = family(process)
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == "goodbye\n"
        assert process.wait(PATIENCE_SECONDS) == 3
        assert is_gone(all_of_it)


@pytest.mark.slow
def test_a_signal_while_the_head_comes_up_leaves_nothing() -> None:
    with started(sys.executable, "-c", "raise SystemExit('never')") as process:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (all_of_it := family(process)) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert all_of_it
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 128 + signal.SIGTERM
        assert is_gone(all_of_it)


def test_without_ray_the_mend_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(NnlabError, match=r"pip install -r requirements-cluster\.txt"), head.head():
        pass


def test_a_head_that_does_not_come_up_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    says = [sys.executable, "-c", "raise SystemExit('no room in /dev/shm')"]
    monkeypatch.setattr(head, "_command", lambda _address, _folder: says)
    with pytest.raises(NnlabError, match=r"did not come up.*\n.*no room in /dev/shm"), head.head():
        pass


def test_a_command_that_is_none_starts_no_head() -> None:
    with pytest.raises(NnlabError, match="No command was given"):
        head.main([])
    with pytest.raises(NnlabError, match="There is no command nnlab-of-nobody"):
        head.main(["nnlab-of-nobody"])
