"""`EventFile`: every whole line exactly once, whatever happens to the file in between."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnlab.errors import RunNotFoundError
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.wire import events
from nnlab.wire.events import EventFile
from nnlab.wire.refusals import RefusedError


def told(piece: events.Piece) -> list[dict[str, object]]:
    return json.loads(b"[" + piece.events + b"]")


def all_from(file: EventFile, offset: int = 0) -> list[dict[str, object]]:
    found = []
    while offset < file.end:
        piece = file.piece(offset)
        assert piece.start == offset
        assert piece.end > offset
        assert piece.more == (piece.end < file.end)
        found += told(piece)
        offset = piece.end
    return found


LINES = st.lists(
    st.one_of(
        st.integers(0, 60).map(lambda n: json.dumps({"type": "progress", "n": "é" * n}).encode()),
        st.sampled_from(
            [b"", b"{", b"[1]", b"7", b"\xff", b'{"a": NaN}', b'{"a": -Infinity}', b"\0" * 9]
        ),
    ),
    max_size=40,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    lines=LINES,
    cuts=st.lists(st.integers(0, 20_000), max_size=12),
    piece=st.integers(400, 2000),
    restarts=st.lists(st.booleans(), min_size=14),
)
def test_every_event_comes_exactly_once_however_it_is_written_and_read(
    tmp_path: Path, lines: list[bytes], cuts: list[int], piece: int, restarts: list[bool]
) -> None:
    """The bytes arrive in parts that end anywhere; the viewer is cut off at random moments."""
    run = tmp_path
    (run / EVENTS_FILE).unlink(missing_ok=True)
    whole = b"".join(line + b"\n" for line in lines)
    expected = [json.loads(line) for line in lines if line.startswith(b'{"type')]
    file, offset, received = EventFile(run), 0, []
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(events, "PIECE_BYTES", piece)
    bounds = sorted({min(cut, len(whole)) for cut in cuts} | {0, len(whole)})
    try:
        for (start, end), restarts_here in zip(pairwise(bounds), restarts, strict=False):
            with (run / EVENTS_FILE).open("ab") as log:
                log.write(whole[start:end])
            file.look()
            if restarts_here:  # another server goes on from where the browser is
                file = EventFile(run)
                file.look()
            assert file.starts_line(offset)
            received += all_from(file, offset)
            offset = file.end
    finally:
        monkeypatch.undo()
    assert received == expected
    assert offset == len(whole)


def test_a_line_without_its_end_waits(tmp_path: Path) -> None:
    log, file = tmp_path / EVENTS_FILE, EventFile(tmp_path)
    log.write_bytes(b'{"a":1}\n{"b"')
    assert file.look()
    assert (file.end, all_from(file)) == (8, [{"a": 1}])
    log.write_bytes(b'{"a":1}\n{"b":2}')
    assert not file.look()
    log.write_bytes(b'{"a":1}\n{"b":2}\n')
    assert file.look()
    assert all_from(file, 8) == [{"b": 2}]


@pytest.mark.parametrize("length", [64 * 1024 + 1, 300_000, 3_000_000])
def test_a_line_above_64_kb_is_left_out_and_counted(tmp_path: Path, length: int) -> None:
    line = b'{"a":"' + b"x" * (length - 8) + b'"}'
    assert len(line) == length
    (tmp_path / EVENTS_FILE).write_bytes(b'{"a":1}\n' + line + b'\n{"b":2}\n')
    file = EventFile(tmp_path)
    file.look()
    assert all_from(file) == [{"a": 1}, {"b": 2}]
    assert file.end == 8 + length + 1 + 8


def test_a_piece_has_at_most_256_kb(tmp_path: Path) -> None:
    (tmp_path / EVENTS_FILE).write_bytes(
        b'{"a":"' + b"x" * 1000 + b'"}\n' + (b'{"a":"' + b"x" * 1000 + b'"}\n') * 999
    )
    file = EventFile(tmp_path)
    file.look()
    piece = file.piece(0)
    assert 255_000 < len(piece.events) <= 256 * 1024
    assert piece.more


@pytest.mark.parametrize(
    "anew", [b"", b'{"n":1}\n', b'{"n":7}\n{"n":8}\n{"n":9}\n{"n":10}\n', b'{"n":9}\n{"n":8}\n']
)
def test_a_file_made_anew_begins_anew(tmp_path: Path, anew: bytes) -> None:
    log, file = tmp_path / EVENTS_FILE, EventFile(tmp_path)
    log.write_bytes(b'{"n":7}\n{"n":8}\n'.replace(b"7", b"0"))
    file.look()
    before = file.generation
    log.write_bytes(anew)
    assert file.look()
    assert file.generation > before
    assert all_from(file) == [json.loads(line) for line in anew.splitlines()]


def test_a_file_that_goes_and_comes_begins_anew(tmp_path: Path) -> None:
    log, file = tmp_path / EVENTS_FILE, EventFile(tmp_path)
    assert not file.look()
    log.write_bytes(b'{"n":0}\n')
    assert file.look()
    log.unlink()
    assert file.look()
    assert file.end == 0
    log.write_bytes(b'{"n":0}\n')
    assert file.look()
    assert all_from(file) == [{"n": 0}]


def test_a_run_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(RunNotFoundError):
        EventFile(tmp_path / "gone").look()


def test_a_later_format_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    lines = ['{"type":"fit_started","schema":1}', '{"type":"unheard_of","schema":9}']
    (tmp_path / EVENTS_FILE).write_text(
        "\n".join([*lines, '{"type":"fit_started","schema":2}', ""])
    )
    file = EventFile(tmp_path)
    file.look()
    with pytest.raises(RefusedError, match="later nnlab"):
        file.piece(0)


def test_numbers_that_are_none_stay_strings(tmp_path: Path) -> None:
    line = b'{"type":"diverged","value":"NaN","first_loss":"Infinity"}'
    (tmp_path / EVENTS_FILE).write_bytes(line + b'\n{"value":NaN}\n')
    file = EventFile(tmp_path)
    file.look()
    assert file.piece(0).events == line
