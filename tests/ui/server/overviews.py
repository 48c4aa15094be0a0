"""Servers as they may stand: each by a name, for tests of the page and for the browser."""

from dataclasses import replace

from nnlab.runs.workers.overview import DataThere, Machine, Overview, RunThere, Waiting
from nnlab.visitor import Visitor

GB = 10**9
NODE = Machine(
    name="lab-01", address="192.168.1.11", cpus=16, cpus_used=3.25, gpus=0, gpus_used=0,
    memory=64 * GB, memory_free=48 * GB, processor="AMD EPYC 7B13", python="3.11.9",
    torch="2.13.0", gpu_names=(), refused=None, runs=(),
)  # fmt: skip
WITH_GPU = replace(
    NODE, name="lab-02", address="192.168.1.12", gpus=2, gpus_used=0.25,
    gpu_names=("NVIDIA H200", "NVIDIA H200"),
)  # fmt: skip
REFUSED = replace(
    NODE, name="lab-03", address="192.168.1.13", cpus_used=0, python="3.12.4",
    refused="Python 3.12.4 runs there, and 3.11.9 here: install the same on both.",
)  # fmt: skip
EMPTY = Overview("ray", "192.168.1.11:6379", None, (), (), 0, ())


def runs(count: int, first: int = 0) -> tuple[RunThere, ...]:
    """Each of a person of its own."""
    return tuple(
        RunThere(f"run-{n:04d}", Visitor(f"person{n:04d}", role="student"), 7.0 + 61 * n, "running")
        for n in range(first, first + count)
    )


def queue(count: int) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(f"wait-{n:04d}", Visitor(f"person{n:04d}", role="student"), n + 1, 3.0 * (n + 1))
        for n in range(count)
    )


FULL_NODES = (
    replace(NODE, cpus_used=16, memory_free=3 * GB, runs=runs(20)),
    replace(WITH_GPU, cpus_used=16, gpus_used=2, runs=runs(8, 20)),
)
MANY = tuple(
    replace(
        NODE, name=f"lab-{n:02d}", address=f"192.168.1.{n}", runs=runs(8 if n < 39 else 0, 8 * n)
    )
    for n in range(40)
)
THIS = replace(NODE, name="laptop", address="", cpus=8, cpus_used=5.3, runs=runs(2))
OVERVIEWS: dict[str, Overview] = {
    "local": Overview("local", "", None, (THIS,), (), 32, ()),
    "up": replace(
        EMPTY,
        machines=(replace(NODE, runs=runs(3)), replace(WITH_GPU, runs=runs(1, 3)), REFUSED),
        places=112,
        data=(DataThere("mnist", 54_880_000), DataThere("cifar10", 737_280_000)),
    ),
    "full": replace(EMPTY, machines=FULL_NODES, queue=queue(70), places=128),
    "down": replace(
        EMPTY,
        down="The Ray cluster at 192.168.1.11:6379 does not answer: start its head by `ray start"
        " --head`, or unset NNLAB_ENGINE to train on this machine.",
    ),
    "nothing": EMPTY,
    "many": replace(EMPTY, machines=MANY, places=2560),
    "head": replace(
        EMPTY, machines=(NODE, replace(NODE, name="lab-00", cpus=0, cpus_used=0)), places=64
    ),
    "hostile": replace(
        EMPTY,
        machines=(
            replace(REFUSED, name="<img src=x>", refused="<script>x</script>", runs=runs(1)),
        ),
    ),
}
