"""Arguments that nobody would type: one plain line, no traceback, nothing made."""

from pathlib import Path

import pytest

from nnlab.errors import MAX_MESSAGE
from tests.cli.conftest import Ask

ODD = {
    "5,000 characters": "a" * 5000,
    "5,000 characters as a path": "a/" * 2500,
    "5,000 characters as a file": "a" * 5000 + ".json",
    "a path that fits alone": "ab/" * 1360,
    "the character 0": "a\0b",
    "half a character": "a\udc80b",
    "nothing": "",
    "a folder": "/",
    "a folder above": "../..",
    "brackets": "[" * 300,
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize(
    "words",
    [
        ("train", "{}"),
        ("train", "circle", "--set", "{}"),
        ("train", "circle", "--set", "training.epochs={}"),
        ("train", "circle", "--set", "{}=1"),
        ("train", "circle", "--set", "training.steps=1", "--set", "training.epochs=x{}"),
        ("export", "{}", "--format", "json"),
        ("export", "circle", "--format", "{}"),
        ("predict", "{}", "picture.png"),
        ("download", "{}"),
    ],
    ids=" ".join,
)
def test_one_line_says_what_is_wrong(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], odd: str
) -> None:
    monkeypatch.setenv("NNLAB_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path / "data"))
    answer = ask(*(word.replace("{}", odd) for word in words))
    assert answer.status == 2
    (line,) = [line for line in answer.err.splitlines() if line.startswith("nnlab: ")]
    assert len(line) <= len("nnlab: ") + MAX_MESSAGE
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("command", ["runs", "train", "export", "predict"])
def test_a_runs_directory_that_cannot_be_one(ask: Ask, command: str, odd: str) -> None:
    words = {
        "runs": ("runs",),
        "train": ("train", "circle", "--set", "data.points=0"),
        "export": ("export", "none", "--format", "json"),
        "predict": ("predict", "none", "picture.png"),
    }[command]
    answer = ask(*words, "--runs", odd)
    assert answer.status == (0 if command == "runs" and answer.out.startswith("No runs") else 2)


@pytest.mark.parametrize("place", ["/", "..", "a" * 5000, "{tmp}", "{tmp}/none/file"])
def test_a_place_that_cannot_be_written(ask: Ask, tmp_path: Path, place: str) -> None:
    runs = tmp_path / "runs"
    assert ask("train", "circle", "--set", "training.steps=1", "--runs", runs).status == 0
    run = next(runs.iterdir()).name
    out = place.replace("{tmp}", str(tmp_path))
    answer = ask("export", run, "--format", "json", "--out", out, "--runs", runs)
    assert answer.status == 2
    assert "cannot be written" in answer.err
    assert len(answer.err) < MAX_MESSAGE + 20
