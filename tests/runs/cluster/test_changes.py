"""What is new in a folder, told; and made in another one."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
import torch

from nnlab.errors import NnlabError
from nnlab.runs.cluster import changes as changes_module
from nnlab.runs.cluster.changes import (
    MOST_LOG_BYTES,
    PIECE_BYTES,
    WORD_BYTES,
    Appended,
    Change,
    Removed,
    Replaced,
    Watch,
    apply,
)
from nnlab.runs.record.thinning import MAX_FILES
from nnlab.training.events import CheckpointSaved, FitEnded, to_line
from tests.runs.bench import started

EVENTS, LOG, LIVE = "events.jsonl", "worker.log", "live.safetensors"


def line_of(event: Any) -> bytes:
    return to_line(event).encode() + b"\n"


def saved(file: str) -> bytes:
    return line_of(CheckpointSaved(step=1, epoch=1, seconds=0, file=file))


ENDED = line_of(FitEnded(step=1, epoch=1, seconds=0, reason="completed"))


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a run on a node."""
    path = tmp_path / "node-run"
    (path / "checkpoints").mkdir(parents=True)
    return path


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """The run directory of the server."""
    path = tmp_path / "server-run"
    path.mkdir()
    return path


# Telling -----------------------------------------------------------------------------------------


def test_what_was_there_before_is_no_news(folder: Path) -> None:
    append(folder / EVENTS, line_of(started()))
    (folder / LIVE).write_bytes(b"weights")
    (folder / "checkpoints" / "0000000001.pt").write_bytes(b"state")
    watch = Watch(folder, "run")
    assert watch.take() == []
    append(folder / EVENTS, ENDED)
    assert watch.take() == [Appended(EVENTS, ENDED)]
    assert watch.take() == []


def test_files_come_before_the_events_that_speak_of_them(folder: Path) -> None:
    watch = Watch(folder, "run")
    for name in ("0000000007.pt", "best.pt"):
        (folder / "checkpoints" / name).write_bytes(name.encode())
    append(folder / EVENTS, saved("0000000007.pt"))
    (folder / LIVE).write_bytes(b"weights")
    append(folder / LOG, b"said")
    append(folder / EVENTS, saved("best.pt"))
    assert watch.take() == [
        Replaced(LIVE, b"weights"),
        Replaced("checkpoints/0000000007.pt", b"0000000007.pt"),
        Replaced("checkpoints/best.pt", b"best.pt"),
        Appended(LOG, b"said"),
        Appended(EVENTS, saved("0000000007.pt") + saved("best.pt")),
    ]


def test_an_event_that_comes_while_files_are_read_waits_for_the_next_look(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file may have come after they were looked at."""
    watch = Watch(folder, "run")
    (folder / LIVE).write_bytes(b"weights")
    append(folder / EVENTS, line_of(started()))
    read = Path.read_bytes

    def read_slowly(path: Path) -> bytes:
        append(folder / EVENTS, ENDED)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", read_slowly)
    assert watch.take()[-1] == Appended(EVENTS, line_of(started()))
    assert watch.take() == [Appended(EVENTS, ENDED)]


def test_half_a_line_waits_for_its_other_half(folder: Path) -> None:
    watch = Watch(folder, "run")
    append(folder / EVENTS, line_of(started()) + ENDED[:10])
    assert watch.take() == [Appended(EVENTS, line_of(started()))]
    assert watch.take() == []
    append(folder / EVENTS, ENDED[10:])
    assert watch.take() == [Appended(EVENTS, ENDED)]


def test_only_the_newest_weights_are_told(folder: Path) -> None:
    watch = Watch(folder, "run")
    for weights in (b"1", b"2"):
        (folder / "new").write_bytes(weights)
        (folder / "new").replace(folder / LIVE)
    assert watch.take() == [Replaced(LIVE, b"2")]
    assert watch.take() == []


def test_a_checkpoint_that_is_written_again_is_told_again(folder: Path) -> None:
    watch = Watch(folder, "run")
    for state in (b"state", b"changed state"):
        (folder / "new").write_bytes(state)
        (folder / "new").replace(folder / "checkpoints" / "0000000007.pt")
        append(folder / EVENTS, saved("0000000007.pt"))
        assert watch.take()[0] == Replaced("checkpoints/0000000007.pt", state)


def test_a_checkpoint_that_was_thinned_out_meanwhile_is_not_told(folder: Path) -> None:
    watch = Watch(folder, "run")
    append(folder / EVENTS, saved("0000000007.pt"))
    assert watch.take() == [Appended(EVENTS, saved("0000000007.pt"))]


def test_an_event_names_no_file_elsewhere(folder: Path) -> None:
    (folder.parent / "secret.pt").write_bytes(b"secret")
    watch = Watch(folder, "run")
    append(folder / EVENTS, saved("../../secret.pt") + b'{"checkpoint_saved", \n')
    assert [type(change) for change in watch.take()] == [Appended]


def test_much_comes_in_pieces_of_whole_lines_and_the_rest_at_once(folder: Path) -> None:
    append(folder / EVENTS, b"")
    watch = Watch(folder, "run")
    lines = line_of(started()) * (3 * PIECE_BYTES // len(line_of(started())))
    append(folder / EVENTS, lines)
    (first,) = watch.take()
    assert isinstance(first, Appended)
    assert PIECE_BYTES - 1000 < len(first.data) <= PIECE_BYTES
    assert first.data.endswith(b"\n")
    rest = watch.rest()
    assert len(rest) > 1
    assert first.data + b"".join(one.data for one in rest if isinstance(one, Appended)) == lines


def test_the_rest_has_files_that_no_event_names(folder: Path) -> None:
    """The disk was full when it was to be said."""
    watch = Watch(folder, "run")
    (folder / "checkpoints" / "0000000007.pt").write_bytes(b"state")
    (folder / "checkpoints" / ".0000000009.pt.1.2").write_bytes(b"half")
    (folder / "lock").write_bytes(b"{}")
    assert watch.take() == []
    assert watch.rest() == [Replaced("checkpoints/0000000007.pt", b"state")]


def test_a_replay_tells_its_files_and_that_it_is_over(folder: Path) -> None:
    (folder / "0000000005.pt").write_bytes(b"earlier")
    (folder / "0000000009.wanted").touch()
    watch = Watch(folder, "replay")
    (folder / "0000000009.progress").write_bytes(b"1 4")
    (folder / ".0000000009.pt.1.2").write_bytes(b"half")
    assert watch.take() == [Replaced("0000000009.progress", b"1 4")]
    (folder / "0000000009.pt").write_bytes(b"state")
    (folder / "0000000005.pt").unlink()
    for name in ("wanted", "progress"):
        (folder / f"0000000009.{name}").unlink()
    told = watch.take()
    assert told[0] == Replaced("0000000009.pt", b"state")
    assert set(told[1:]) == {Removed("0000000009.wanted"), Removed("0000000009.progress")}
    assert watch.rest() == []


# Making ------------------------------------------------------------------------------------------


def test_changes_are_made_in_their_order(server: Path) -> None:
    append(server / EVENTS, line_of(started()))
    state = io_of({"step": 7, "seconds": 1.0})
    apply(
        server,
        [
            Replaced(LIVE, b"weights"),
            Replaced("checkpoints/0000000007.pt", state),
            Appended(LOG, b"said"),
            Appended(EVENTS, saved("0000000007.pt")),
        ],
    )
    assert (server / LIVE).read_bytes() == b"weights"
    assert (server / "checkpoints" / "0000000007.pt").read_bytes() == state
    assert (server / LOG).read_bytes() == b"said"
    assert (server / EVENTS).read_bytes() == line_of(started()) + saved("0000000007.pt")
    assert len(list(server.rglob("*"))) == 5


def io_of(state: dict[str, Any]) -> bytes:
    import io

    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


HOSTILE = (
    "../events.jsonl",
    "/etc/passwd",
    "checkpoints/../meta.json",
    "checkpoints/1.pt",
    "checkpoints/0000000001.pt\n",
    "checkpoints/٠٠٠٠٠٠٠٠٠١.pt",
    "checkpoints\\0000000001.pt",
    "meta.json",
    "experiment.json",
    "control.jsonl",
    "lock",
    "",
    ".",
    "events.jsonl/",
    "live.safetensors\0",
    "0000000001.pt.exe",
    "path-0000000001.sh",
)


@pytest.mark.parametrize("kind", ["run", "replay"])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_other_file_is_ever_written(server: Path, name: str, kind: Any) -> None:
    (server / "meta.json").write_text("{}")
    good = Appended(EVENTS, ENDED) if kind == "run" else Replaced("0000000001.progress", b"1 2")
    for hostile in (Appended(name, b"x\n"), Replaced(name, b"x"), Removed(name)):
        with pytest.raises(NnlabError, match="same nnlab on all nodes"):
            apply(server, [good, hostile], kind)
    assert [path.name for path in server.iterdir()] == ["meta.json"]
    assert (server / "meta.json").read_text() == "{}"
    assert {path.name for path in server.parent.iterdir()} <= {"server-run", "runs", "data"}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (Replaced("0000000001.pt", b"x"), "run"),
        (Replaced(EVENTS, b"x"), "run"),
        (Appended(LIVE, b"x"), "run"),
        (Removed(EVENTS), "run"),
        (Replaced(LIVE, b"x"), "replay"),
        (Replaced("0000000001.wanted", b""), "replay"),
        (Removed("0000000001.pt"), "replay"),
    ],
)
def test_a_file_of_another_kind_is_refused(server: Path, change: Change, kind: Any) -> None:
    with pytest.raises(NnlabError, match="which no"):
        apply(server, [change], kind)
    assert list(server.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (Appended(EVENTS, b"x" * PIECE_BYTES + b"\n"), "run"),
        (Appended(LOG, b"x" * (PIECE_BYTES + 1)), "run"),
        (Replaced("0000000001.failed", b"x" * (WORD_BYTES + 1)), "replay"),
    ],
)
def test_too_much_at_once_is_refused(server: Path, change: Change, kind: Any) -> None:
    with pytest.raises(NnlabError, match="bytes of"):
        apply(server, [change], kind)
    assert list(server.iterdir()) == []


def test_half_a_line_of_events_is_refused(server: Path) -> None:
    for data in (b"", ENDED[:-1]):
        with pytest.raises(NnlabError, match="half a line"):
            apply(server, [Appended(EVENTS, data)])
    assert list(server.iterdir()) == []


def test_a_log_grows_to_a_megabyte(server: Path) -> None:
    for _ in range(3):
        apply(server, [Appended(LOG, b"x" * 400_000)])
    assert (server / LOG).stat().st_size == MOST_LOG_BYTES


def test_checkpoints_are_thinned_out_as_here(server: Path) -> None:
    for step in range(MAX_FILES + 20):
        state = io_of({"step": step, "seconds": step / 100})
        apply(server, [Replaced(f"checkpoints/{step:010d}.pt", state)])
    kept = sorted(int(path.stem) for path in (server / "checkpoints").iterdir())
    assert len(kept) == MAX_FILES
    assert kept[0] == 0
    assert kept[-1] == MAX_FILES + 19


def test_of_paths_only_the_newest_of_a_kind_stays(server: Path) -> None:
    names = "path-0000000001.pt", "film-0000000001.pt", "path-0000000002.pt"
    apply(server, [Replaced(name, b"x") for name in names], "replay")
    assert {path.name for path in server.iterdir()} == set(names[1:])


@pytest.mark.parametrize(("events", "syncs"), [(line_of(started()), 0), (ENDED, 2)])
def test_the_end_of_a_run_is_on_the_disk_itself(
    server: Path, events: bytes, syncs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file and the names in its folder."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    apply(server, [Appended(EVENTS, events)])
    assert len(synced) == syncs


def test_a_full_disk_is_told_as_it_comes(server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(changes_module, "write_all", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        apply(server, [Appended(EVENTS, ENDED)])
    monkeypatch.undo()
    monkeypatch.setattr(changes_module, "write_bytes", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        apply(server, [Replaced("checkpoints/0000000007.pt", b"state")])
    apply(server, [Replaced(LIVE, b"weights"), Appended(EVENTS, line_of(started()))])
    assert (server / EVENTS).read_bytes() == line_of(started())
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):  # they would pass for the last
        apply(server, [Replaced(LIVE, b"weights"), Appended(EVENTS, ENDED)])


def test_a_run_that_was_deleted_does_not_come_back(server: Path) -> None:
    server.rmdir()
    for change in (
        Appended(EVENTS, ENDED),
        Appended(LOG, b"said"),
        Replaced(LIVE, b"weights"),
        Replaced("checkpoints/0000000007.pt", b"state"),
    ):
        with pytest.raises(FileNotFoundError):
            apply(server, [change])
    assert not server.exists()
