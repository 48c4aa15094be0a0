"""A server computes in one thread for each page, and its workers in as many as they like."""

import os
import subprocess
import sys

import pytest

from nnlab import threads
from nnlab.settings import cores

COUNT = """
import os, threading
import app  # all that the server imports before it starts
from nnlab.threads import become_server, environment_of_workers
become_server()
import torch
def compute():
    torch.tanh(torch.zeros(1_000_000))  # far above what PyTorch leaves to one thread
    print(len(os.listdir("/proc/self/task")), "OMP_NUM_THREADS" in environment_of_workers())
page = threading.Thread(target=compute)
page.start()
page.join()
"""


def told(said: dict[str, str]) -> list[str]:
    """The threads that there are while a page computes, and whether the workers are bound, too."""
    environment = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    done = subprocess.run(
        [sys.executable, "-c", COUNT],
        env=environment | {"PYTHONPATH": "."} | said,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_page_computes_in_its_own_thread_alone_unless_a_person_says_otherwise() -> None:
    count, are_bound = told({})
    more, are_told = told({"OMP_NUM_THREADS": "2"})
    assert int(more) == int(count) + min(2, cores()) - 1
    assert (are_bound, are_told) == ("False", "True")


def test_what_a_person_said_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_only_here", set())
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.setenv("GOMP_SPINCOUNT", "7")
    threads.become_server()
    environment = threads.environment_of_workers()
    assert environment == {**os.environ, "OMP_NUM_THREADS": "3", "GOMP_SPINCOUNT": "7"}
