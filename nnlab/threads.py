"""How many threads PyTorch computes in and how they wait: what it reads when it is imported."""

import os

SHARED_CORES = {"GOMP_SPINCOUNT": "10000"}
"""The environment of a process that trains, where a person has not said otherwise.

A thread of PyTorch that is done with its part of an operation asks again and again whether the
others are, for some 15 ms unless told otherwise. Where other processes want the same cores (a
second run, a browser, a class) it keeps them from it, and itself from getting on: a step of
784-200-60-10 in two threads went from 17 to 141 a second on two cores with eight other processes.
On cores of its own the next operation comes long before half a millisecond is over.
"""
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""The same for a server. Its pages ask small questions of networks, each in a thread of its own,
for which `torch.set_num_threads` of another thread does not count: all of them took all cores and
waited for each other as above, so that a click cost a server 0.25 s of processor time for 0.11."""

_only_here: set[str] = set()


def become_server() -> None:
    """Make this process a server. Must be called before it imports PyTorch."""
    for name, value in ONE_THREAD.items():
        if name not in os.environ:
            os.environ[name] = value
            _only_here.add(name)


def environment_of_workers() -> dict[str, str]:
    """Return a worker's environment: this process's own, with settings that make it share cores."""
    inherited = {name: value for name, value in os.environ.items() if name not in _only_here}
    return SHARED_CORES | inherited
