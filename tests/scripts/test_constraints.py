"""The pins of constraints.txt are the versions that are installed, by pip's own account."""

import json
import re
import subprocess
import sys
from functools import cache
from importlib import metadata

import pytest

from scripts import constraints
from tests.conftest import REPOSITORY

PIN = re.compile(r"([a-z0-9-]+)==(\d+(?:\.\w+)*)")
OF_A_BUILD = re.compile(r"nvidia-.*|cuda-.*|triton|nnlab|pip")
MADE_HERE = sys.platform == "linux" and sys.version_info[:2] == (3, 11)


def pip(*words: str) -> str:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def installed() -> dict[str, str]:
    packages = json.loads(pip("list", "--format=json"))
    return {canonical(one["name"]): one["version"].partition("+")[0] for one in packages}


def lines() -> list[str]:
    text = (REPOSITORY / "constraints.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def pins() -> dict[str, str]:
    matches = [PIN.fullmatch(line) for line in lines()]
    assert None not in matches
    return {match[1]: match[2] for match in matches if match}


def test_the_pins_are_sorted_and_each_is_there_once(pins: dict[str, str]) -> None:
    assert [line.partition("==")[0] for line in lines()] == sorted(pins)


def test_a_pin_is_the_version_that_is_installed(pins: dict[str, str]) -> None:
    here = installed()
    assert {name: here[name] for name in pins if name in here} == {
        name: version for name, version in pins.items() if name in here
    }


@pytest.mark.skipif(not MADE_HERE, reason="constraints.txt is written with Python 3.11 on Linux")
def test_all_that_is_pinned_is_installed_and_all_that_it_requires_is_pinned(
    pins: dict[str, str],
) -> None:
    here = installed()
    assert sorted(set(pins) - set(here)) == []
    needed = {
        canonical(re.split(r"[^\w.-]", line)[0])
        for name in pins
        for line in metadata.requires(name) or []
        if "extra" not in line
    }
    unpinned = {name for name in needed & set(here) if not OF_A_BUILD.fullmatch(name)}
    assert sorted(unpinned - set(pins)) == []


def test_every_requirement_is_pinned_to_its_own_version(pins: dict[str, str]) -> None:
    for file in ("requirements.txt", "requirements-cluster.txt", "requirements-dev.txt"):
        text = (REPOSITORY / file).read_text("utf-8")
        for name, version in re.findall(r"^([\w.-]+)==([\d.]+)", text, re.MULTILINE):
            assert pins[canonical(name)].startswith(version.rstrip(".")), name


def test_no_accelerator_and_no_installer_is_pinned(pins: dict[str, str]) -> None:
    assert [name for name in pins if OF_A_BUILD.fullmatch(name)] == []


def test_a_local_version_is_written_without_its_build() -> None:
    found = constraints.pinned(constraints.requirements(REPOSITORY / "requirements.txt"))
    assert found["torch"] == installed()["torch"]
