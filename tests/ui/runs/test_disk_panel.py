"""The page of runs says what is taken on disk, and what would go, before it goes."""

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.runs.record.weight_files import FOLDER, list_checkpoints
from nnlab.runs.store import Run
from nnlab.ui.runs.disk_panel import NAMED
from tests.ui.conftest import MakeRun
from tests.ui.runs.test_runs import click, messages, page

pytestmark = pytest.mark.usefixtures("quiet_server")


def with_checkpoints(run: Run, count: int = 5) -> Run:
    (run.path / FOLDER).mkdir()
    for step in range(count):
        (run.path / FOLDER / f"{step:010d}.pt").write_bytes(b"x" * 1000)
    return run


def panel(test: AppTest) -> str:
    (found,) = [one for one in test.expander if one.label.startswith("Disk")]
    return "\n".join([found.label, *(text.value for text in found.markdown)])


def test_the_whole_directory_and_the_limit_are_shown(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNLAB_MAX_DISK", "3GB")
    with_checkpoints(make_run("one"), 200)
    text = panel(page())
    assert "Disk: 20" in text.splitlines()[0]
    assert "kB of 3.0 GB" in text.splitlines()[0]
    assert "- one: 198 checkpoints, 198.0 kB" in text


def test_what_would_go_is_said_in_its_order_and_goes_at_a_click(make_run: MakeRun) -> None:
    runs = [with_checkpoints(make_run(f"run {number}")) for number in range(NAMED + 2)]
    test = page()
    said = [line for line in panel(test).splitlines() if line.startswith("-")]
    assert said == [
        *(f"- run {number}: 3 checkpoints, 3.0 kB" for number in range(NAMED)),
        "- 2 more runs, 6.0 kB",
    ]
    assert all(len(list_checkpoints(run.path)) == 5 for run in runs)
    assert test.button(key="runs_remove_checkpoints").label == "Remove them now (21.0 kB)"
    click(test, "runs_remove_checkpoints")
    assert "Old checkpoints take 21.0 kB less now." in messages(test)
    assert "Nothing can be removed now" in panel(test)
    assert all(len(list_checkpoints(run.path)) == 2 for run in runs)


def test_where_nothing_can_go_there_is_no_button(make_run: MakeRun) -> None:
    make_run("one")
    test = page()
    assert "delete runs" in panel(test)
    assert not [button for button in test.button if button.key == "runs_remove_checkpoints"]
