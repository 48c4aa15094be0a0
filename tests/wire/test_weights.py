"""`WeightFile`: whole where it is small, in parts where it is not, and never half a file."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load, save

from nnlab.files import write_bytes
from nnlab.runs.record.weight_files import LIVE
from nnlab.wire.weights import PARTS_BYTES, WHOLE_BYTES, WeightFile


def put(run: Path, step: int = 1, **tensors: np.ndarray) -> bytes:
    content = save(tensors, {"step": str(step)})
    write_bytes(run / LIVE, content)
    return content


def looked(run: Path) -> WeightFile:
    file = WeightFile(run)
    file.look()
    return file


def zeros(size: int) -> np.ndarray:
    return np.zeros(size // 4, np.float32)


def test_a_small_file_comes_as_it_lies_there(tmp_path: Path) -> None:
    content = put(tmp_path, a=np.arange(6, dtype=np.float32).reshape(2, 3))
    file = looked(tmp_path)
    assert file.version(None) != ""
    assert file.take(None) == content


def test_up_to_64_kb_all_comes_and_beyond_only_what_is_named(tmp_path: Path) -> None:
    overhead = len(put(tmp_path, a=zeros(WHOLE_BYTES - 512))) - (WHOLE_BYTES - 512)
    largest = put(tmp_path, a=zeros(WHOLE_BYTES - overhead))
    assert len(largest) == WHOLE_BYTES
    assert looked(tmp_path).take(None) == largest
    put(tmp_path, a=zeros(WHOLE_BYTES - overhead + 8), b=np.ones(2, np.float32))
    file = looked(tmp_path)
    assert (file.version(None), file.take(None)) == ("", None)
    part = file.take(("b",))
    assert part is not None
    assert {name: array.tolist() for name, array in load(part).items()} == {"b": [1.0, 1.0]}


@pytest.mark.parametrize("size", [100, 100_000])
def test_parts_are_the_same_numbers_with_the_step(tmp_path: Path, size: int) -> None:
    generator = np.random.default_rng(0)
    tensors = {
        "0.weight": generator.standard_normal((size, 2), np.float32),
        "0.bias": generator.standard_normal(3, np.float32),
        "count": np.array(7, np.int64),
    }
    put(tmp_path, 512, **tensors)
    part = looked(tmp_path).take(("count", "unknown", "0.bias", "__metadata__"))
    assert part is not None
    (tmp_path / "part").write_bytes(part)
    with safe_open(tmp_path / "part", framework="np") as file:
        assert file.metadata() == {"step": "512"}
        assert sorted(file.keys()) == ["0.bias", "count"]
        assert np.array_equal(file.get_tensor("0.bias"), tensors["0.bias"])
        assert file.get_tensor("count") == 7
    assert (8 + int.from_bytes(part[:8], "little")) % 8 == 0


def test_parts_hold_at_most_1_mb(tmp_path: Path) -> None:
    put(tmp_path, a=zeros(600_000), b=zeros(400_000), c=zeros(4))
    file = looked(tmp_path)
    assert sorted(load(file.take(("a", "b", "c")) or b"")) == ["a", "b"]
    assert sorted(load(file.take(("c", "b", "a")) or b"")) == ["b", "c"]
    assert len(file.take(("a", "b")) or b"") < PARTS_BYTES + 400


def test_a_version_is_of_certain_parts_of_certain_weights(tmp_path: Path) -> None:
    versions = set()
    for step in (1, 2):
        put(tmp_path, step, a=zeros(8), b=zeros(8))
        file = looked(tmp_path)
        versions |= {file.version(parts) for parts in (None, ("a",), ("b",), ("a", "b"))}
        assert file.version(("a",)) == looked(tmp_path).version(("a",))
        assert file.version(()) == ""
    assert len(versions) == 8


def sound() -> bytes:
    return save({"a": np.ones(4, np.float32)}, {"step": "1"})


def with_header(header: object, numbers: bytes = bytes(16)) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + numbers


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 7,
        b"\xff" * 8,
        b"\xff" * 300,
        sound()[:-1],
        sound() + b"\0",
        sound()[:40],
        sound()[: 8 + 30] + bytes(len(sound()) - 38),
        with_header([]),
        with_header({"a": 1}),
        with_header({"a": {}}),
        with_header({"a": {"data_offsets": [0, 20]}}),
        with_header({"a": {"data_offsets": [-4, 16]}}),
        with_header({"a": {"data_offsets": [16, 0]}}),
        with_header({"a": {"data_offsets": [0, 16.0]}}),
        with_header({"a": {"data_offsets": ["0", "16"]}}),
        with_header({"a": {"data_offsets": [0, 8, 16]}}),
        b"[" * 100_000,
        (99_990).to_bytes(8, "little") + b"[" * 99_990,
    ],
    ids=range(19),
)
def test_a_file_that_is_not_whole_is_none_until_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / LIVE).write_bytes(content)
    file = looked(tmp_path)
    assert [file.version(parts) for parts in (None, ("a",))] == ["", ""]
    assert [file.take(parts) for parts in (None, ("a",))] == [None, None]
    (tmp_path / LIVE).write_bytes(sound() if content != sound() else b"")
    os.utime(tmp_path / LIVE, ns=(1, 1))
    assert file.look()
    assert file.take(None) == sound()


def test_a_file_that_was_replaced_since_the_look_is_not_mixed_with_the_one_before(
    tmp_path: Path,
) -> None:
    put(tmp_path, 1, a=zeros(100_000), b=zeros(8))
    file = looked(tmp_path)
    put(tmp_path, 2, c=zeros(200_000))
    assert file.take(("b",)) is None
    assert file.look()
    assert load(file.take(("b", "c")) or b"").keys() == {"c"}


def test_no_file_is_no_weights(tmp_path: Path) -> None:
    file = WeightFile(tmp_path)
    assert not file.look()
    assert (file.version(None), file.take(None)) == ("", None)
    put(tmp_path, a=zeros(4))
    assert file.look()
    (tmp_path / LIVE).unlink()
    assert file.look()
    assert file.version(None) == ""
