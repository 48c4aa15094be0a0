"""The limits of a container are read as both versions of Linux's control groups say them."""

import math
from pathlib import Path

import pytest

from nnlab.training.machine import control_groups, memory

MB = 10**6


class Tree:
    """The files of `/sys/fs/cgroup`, and of what a process says of itself."""

    def __init__(self, home: Path) -> None:
        self.root, self.membership = home / "cgroup", home / "membership"
        self.vmstat = home / "vmstat"

    def belongs(self, *lines: str) -> None:
        self.membership.write_text("\n".join(lines) + "\n")

    def write(self, group: str, **files: object) -> None:
        folder = self.root / group
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / f"memory.{name}").write_text(f"{content}\n")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    tree = Tree(tmp_path)
    monkeypatch.setattr(control_groups, "CGROUP", tree.root)
    monkeypatch.setattr(control_groups, "MEMBERSHIP", tree.membership)
    monkeypatch.setattr(control_groups, "VMSTAT", tree.vmstat)
    return tree


def test_without_groups_there_is_no_limit(tree: Tree) -> None:
    assert control_groups.left() == control_groups.limit() == math.inf
    assert control_groups.kills() == 0
    tree.vmstat.write_text("pgfault 12\noom_kill 3\n")
    assert control_groups.kills() == 3


def test_version_2_of_a_container_that_sees_itself_as_the_root(tree: Tree) -> None:
    tree.belongs("0::/")
    tree.write("", max="max", current=MB)
    assert control_groups.left() == math.inf
    tree.write("", max=3 * MB, current=MB, events="low 0\noom 2\noom_kill 1")
    assert control_groups.left() == 2 * MB
    assert control_groups.limit() == 3 * MB
    assert control_groups.kills() == 1
    assert memory.free_memory() == 2 * MB
    assert memory.total_memory() == 3 * MB


def test_the_tightest_group_on_the_way_up_counts_and_idle_pages_of_files_are_free(
    tree: Tree,
) -> None:
    tree.belongs("0::/system/lab")
    tree.write("system/lab", max=50 * MB, current=10 * MB, stat=f"anon 5\ninactive_file {4 * MB}")
    assert control_groups.left() == 44 * MB
    tree.write("system", max=30 * MB, current=25 * MB)
    assert control_groups.left() == 5 * MB
    assert control_groups.limit() == 30 * MB


def test_version_1_is_read_as_well(tree: Tree) -> None:
    tree.belongs("4:cpu,cpuacct:/", "3:memory:/docker/1f", "0::/")
    tree.write("memory", limit_in_bytes=9223372036854771712, usage_in_bytes=900 * MB)
    tree.write(
        "memory/docker/1f",
        limit_in_bytes=100 * MB,
        usage_in_bytes=60 * MB,
        stat=f"inactive_file 1\ntotal_inactive_file {20 * MB}",
        oom_control="oom_kill_disable 0\nunder_oom 0\noom_kill 4",
    )
    assert control_groups.left() == 60 * MB
    assert control_groups.limit() == 100 * MB
    assert control_groups.kills() == 4


def test_a_path_of_the_host_that_a_container_cannot_see_leaves_the_groups_above(
    tree: Tree,
) -> None:
    tree.belongs("3:memory:/docker/1f", "0::/")
    tree.write("memory", limit_in_bytes=70 * MB, usage_in_bytes=50 * MB)
    assert control_groups.left() == 20 * MB
