from collections.abc import Callable
from pathlib import Path

import pytest

from nnlab import recipes
from nnlab.cli.main import main
from nnlab.errors import NnlabError
from nnlab.export import FORMATS, export, file_name
from nnlab.runs.store import Run, Store

Trained = Callable[..., tuple[Run, float]]

XOR = recipes.get("xor").experiment.with_set("training.steps", 6)


@pytest.mark.parametrize("name", FORMATS)
def test_the_command_line_writes_every_format_and_prints_its_path(
    name: str,
    trained: Trained,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run, _ = trained(XOR)
    assert main(["export", run.id, "--format", name]) == 0
    printed = capsys.readouterr()
    path = Path(printed.out.rstrip("\n"))
    assert path == Path(file_name(run, name))
    assert printed.err == ""
    assert path.suffix == Path(f"x{FORMATS[name].suffix}").suffix
    assert path.stat().st_size > 100


def test_the_help_names_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    help_text = capsys.readouterr().out
    assert [name for name in FORMATS if name not in help_text] == []


def test_out_names_the_file(
    trained: Trained, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, _ = trained(XOR)
    out = tmp_path / "mine.csv"
    assert main(["export", run.id, "--format", "csv", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert out.read_bytes() == export(run, "csv")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--format", "onx"], "Unknown format 'onx'. Valid: .* Did you mean 'onnx'?"),
        (["--format", "csv", "--out", "no/such/place.csv"], "cannot be written"),
        (["--format", "script-module"], "has not trained yet"),
    ],
)
def test_what_cannot_be_exported_is_said_in_one_line(
    arguments: list[str], reason: str, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    run = store.create(XOR, name="waiting")
    assert main(["export", run.id, *arguments]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    with pytest.raises(NnlabError, match=reason):
        raise NnlabError(error)
