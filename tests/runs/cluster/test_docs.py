"""docs/cluster.md: what one machine can run of it runs, and what it names is there."""

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from nnlab.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[3]
DOCUMENT = (REPOSITORY / "docs" / "cluster.md").read_text("utf-8")
MARK = "*run by the tests*"
NOT_RUN = "*not run here*"


def blocks() -> list[tuple[str, str]]:
    """Each block of shell commands, with the paragraph before it."""
    found = re.findall(r"((?:[^\n]+\n)+)\n *```sh\n(.*?)```", DOCUMENT, re.DOTALL)
    return [(before, re.sub(r"^ +", "", code, flags=re.MULTILINE)) for before, code in found]


def marked() -> list[str]:
    return [code for before, code in blocks() if MARK in before]


def run(code: str, folder: Path) -> str:
    """What a block prints, in which `python` is the one of these tests."""
    binaries = folder / "bin"
    binaries.mkdir(exist_ok=True)
    python = binaries / "python"
    if not python.exists():
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
    done = subprocess.run(
        ["sh", "-e", "-c", code],
        cwd=folder,
        env=os.environ
        | {"PATH": f"{binaries}:{os.environ['PATH']}", "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_head_runs_a_command_as_the_document_says(tmp_path: Path) -> None:
    (code,) = [code for code in marked() if "cluster.head" in code]
    assert re.fullmatch(r"ray at 127\.0\.0\.1:\d+\n", run(code, tmp_path))


def test_the_token_is_one_and_for_its_owner_alone(tmp_path: Path) -> None:
    (code,) = [code for code in marked() if "token" in code]
    run(code, tmp_path)
    token = tmp_path / "ray-token"
    assert re.fullmatch(r"[0-9a-f]{64}\n", token.read_text())
    assert token.stat().st_mode & 0o777 == 0o600


def test_each_command_of_ray_is_one_that_ray_knows() -> None:
    """They are not run, so at least their options are."""
    said = " ".join(code for before, code in blocks() if NOT_RUN in before)
    options = set(re.findall(r"--[a-z-]+(?==|\b)", said))
    assert {"--head", "--address", "--node-manager-port"} <= options
    known = subprocess.run(
        [sys.executable, "-m", "ray.scripts.scripts", "start", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert sorted(option for option in options if f"{option} " not in known) == []


def test_whatever_is_not_run_says_so() -> None:
    silent = [
        code
        for before, code in blocks()
        if not (MARK in before or NOT_RUN in before or code.startswith(("make ", "python3.11 ")))
    ]
    assert len(blocks()) >= 7
    assert silent == []


def test_the_manifest_can_be_read_and_is_one_cluster_with_a_lab_that_joins_it() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
    cluster, lab = yaml.safe_load_all(block)
    assert (cluster["kind"], lab["kind"]) == ("RayCluster", "Deployment")
    images = set(re.findall(r"image: (\S+)", block))
    assert len(images) == 1, "all pods have one Python and one PyTorch"
    assert cluster["spec"]["rayVersion"] == version("ray")
    (container,) = lab["spec"]["template"]["spec"]["containers"]
    assert f"--address={cluster['metadata']['name']}-head-svc:6379" in container["args"][0]


def test_every_setting_that_it_names_is_one() -> None:
    known = {
        str(field.validation_alias or f"NNLAB_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }
    named = set(re.findall(r"\bNNLAB_[A-Z_]+|\bRAY_ADDRESS\b", DOCUMENT))
    assert {"NNLAB_ENGINE", "RAY_ADDRESS"} <= named
    assert named <= known
