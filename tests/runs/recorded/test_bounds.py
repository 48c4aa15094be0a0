"""Files of a recorded run that nobody's recorder wrote: a message, and soon."""

import contextlib
import io
import struct
import zipfile
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import nn

from nnlab.errors import NnlabError, RunDamagedError
from nnlab.runs.record.log import EVENTS_FILE, EventReader
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.recorded import network as asked
from nnlab.runs.recorded import weights as kept
from nnlab.runs.recorded.answers import class_names
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.recorded.network import load_recorded, recorded_data
from nnlab.runs.recorded.record import DATA, MOST_METRICS, RECORD, Record
from nnlab.runs.run import Run
from nnlab.runs.store import Store
from nnlab.training.events import Metrics
from tests.runs.recorded.recordings import recorded


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return recorded(Store(tmp_path), nn.Linear(2, 2), torch.ones(9, 2), torch.ones(9).long())


def npz(head: bytes, kind: int = zipfile.ZIP_STORED) -> bytes:
    """An archive of an array `x` that has this head, and two numbers."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive:
        head = head + b" " * 50 + b"\n"
        whole = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + bytes(8)
        archive.writestr("x.npy", whole)
    return file.getvalue()


@pytest.mark.parametrize(
    "head",
    [
        b"'''",
        b"  x\n y",
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (1, %d, 0)}" % 10**30,
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (True, 2)}",
    ],
)
def test_data_whose_head_is_nonsense_is_damaged(run: Run, head: bytes) -> None:
    (run.path / DATA).write_bytes(npz(head))
    with pytest.raises(RunDamagedError, match="cannot be read"):
        recorded_data(run)


def test_data_with_any_byte_changed_is_read_or_damaged(run: Run) -> None:
    head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)}"
    for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA):
        whole = npz(head, kind)
        for place in range(len(whole)):
            changed = bytearray(whole)
            changed[place] ^= 0xFF
            (run.path / DATA).write_bytes(changed)
            with contextlib.suppress(RunDamagedError):
                recorded_data(run)


@pytest.mark.parametrize("kind", [torch.float8_e4m3fn, torch.float8_e8m0fnu])
def test_weights_of_a_type_that_numpy_lacks_are_read_or_do_not_fit(
    run: Run, kind: torch.dtype
) -> None:
    weights = {"weight": torch.ones(2, 2).to(kind), "bias": torch.ones(2)}
    (run.path / LIVE).write_bytes(safetensors.torch.save(weights))
    if kind == torch.float8_e4m3fn:
        assert load_recorded(run)(torch.ones(1, 2)).tolist() == [[3, 3]]
    else:
        with pytest.raises(RunDamagedError, match="absent"):
            load_recorded(run)


def test_a_file_of_very_many_tensors_is_not_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_TENSORS", 1)
    with pytest.raises(RunDamagedError, match="more than 1 tensors"):
        load_recorded(run)


@pytest.mark.parametrize("shape", ["[-1]", f"[{10**30}]"])
def test_a_record_with_sizes_that_no_tensor_has_is_damaged(run: Run, shape: str) -> None:
    path = run.path / RECORD
    path.write_text(path.read_text().replace('"outputs": [\n  2\n ]', f'"outputs": {shape}'))
    with pytest.raises(RunDamagedError, match=RECORD):
        _ = run.recorded


def test_classes_are_not_numbered_without_end() -> None:
    record = Record(module="M", parameters=0, task="classification", outputs=(2**31 - 1,))
    assert class_names(record) is None


def test_a_log_of_very_many_names_has_as_many_curves_as_a_recorder_writes() -> None:
    values = {f"m{number}": 1.0 for number in range(1000)}
    history = RecordedHistory([Metrics(step=1, epoch=0, seconds=0, values=values)])
    assert len(history.curves) == MOST_METRICS


def test_all_examples_together_are_not_waited_for_longer(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "MOST_SECONDS", -1.0)
    with pytest.raises(NnlabError, match="not waited for"):
        load_recorded(run)(torch.ones(1, 2))


@pytest.mark.parametrize("seconds", ['"NaN"', '"Infinity"', "1e300"])
def test_a_line_of_no_time_that_ever_was_is_passed_over(run: Run, seconds: str) -> None:
    line = f'{{"step": 1, "epoch": 0, "seconds": {seconds}, "type": "metrics", "values": {{}}}}\n'
    with (run.path / EVENTS_FILE).open("a") as file:
        file.write(line)
    reader = EventReader(run.path)
    reader.read_new()
    assert reader.damaged == 1
