"""`live.safetensors` as viewers get it: whole, or some of its tensors in a file of the same format.

The format (https://huggingface.co/docs/safetensors): 8 bytes with the length of a JSON header,
little-endian; the header, with each tensor's `dtype`, `shape` and `data_offsets` within what
follows; the numbers.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from nnlab.files import open_plain
from nnlab.runs.record.weight_files import LIVE

WHOLE_BYTES = 64 * 1024
"""A larger file comes in named parts only."""
PARTS_BYTES = 1_000_000
HEADER_BYTES = 1024 * 1024
METADATA = "__metadata__"
Parts = tuple[str, ...] | None


@dataclass(frozen=True)
class _Content:
    header: dict[str, Any]
    start: int
    """Offset of the numbers, in bytes."""
    whole: bytes | None
    """The file, where it is small."""


class WeightFile:
    """The newest weights. Holds no file open: it is replaced up to 30 times a second."""

    def __init__(self, run: Path) -> None:
        self._path = run / LIVE
        self._mark: tuple[int, int, int] | None = None
        self._content: _Content | None = None

    def look(self) -> bool:
        """Whether there are other weights than at the last look.

        A file that is not whole counts as none until it changes.

        Raises:
            OSError: the file cannot be read.
        """
        try:
            if _mark(self._path.stat()) == self._mark:
                return False
            with open_plain(self._path) as file:
                self._mark = _mark(os.fstat(file.fileno()))
                self._content = _read(file.read(WHOLE_BYTES + 1), file, self._mark[1])
        except (FileNotFoundError, NotADirectoryError):
            was_there = self._mark is not None
            self._mark = self._content = None
            return was_there
        return True

    def version(self, parts: Parts) -> str:
        """Return an identifier of these parts of these weights; "" if there are none."""
        if self._mark is None or self._content is None or parts == ():
            return ""
        if parts is None and self._content.whole is None:
            return ""
        modified, _size, inode = self._mark
        name = f"{modified:x}-{inode:x}"
        return name if parts is None else f"{name}-{crc32(json.dumps(parts).encode()):08x}"

    def take(self, parts: Parts) -> bytes | None:
        """The whole file, or the named tensors in their order, while they hold 1 MB at most.

        None where there are none, or the file was replaced since the last look. Names of no
        tensor are passed over.

        Raises:
            OSError: the file cannot be read.
        """
        if not self.version(parts):
            return None
        assert self._content is not None
        if parts is None or self._content.whole is not None:
            whole = self._content.whole
            return whole if parts is None or whole is None else self._cut(parts, whole)
        try:
            with open_plain(self._path) as file:
                if _mark(os.fstat(file.fileno())) != self._mark:
                    return None
                return self._cut(parts, file)
        except FileNotFoundError:
            return None

    def _cut(self, parts: tuple[str, ...], source: Any) -> bytes:
        assert self._content is not None
        header: dict[str, Any] = {}
        if METADATA in self._content.header:
            header[METADATA] = self._content.header[METADATA]
        numbers: list[bytes] = []
        size = 0
        for name in parts:
            if name == METADATA or name not in self._content.header:
                continue
            entry = self._content.header[name]
            start, end = entry["data_offsets"]
            if size + end - start > PARTS_BYTES:
                break
            numbers.append(_slice(source, self._content.start + start, end - start))
            header[name] = {**entry, "data_offsets": [size, size + end - start]}
            size += end - start
        return _file(header, b"".join(numbers))


def _mark(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _slice(source: Any, start: int, count: int) -> bytes:
    if isinstance(source, bytes):
        return source[start : start + count]
    source.seek(start)
    return source.read(count)


def _file(header: dict[str, Any], numbers: bytes) -> bytes:
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # so that the numbers are aligned
    return len(text).to_bytes(8, "little") + text + numbers


def _read(data: bytes, file: Any, size: int) -> _Content | None:
    """The content of a file that is whole, by its beginning."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(HEADER_BYTES, size - 8):
        return None
    if len(data) < 8 + length:
        file.seek(0)
        data = file.read(8 + length)
    try:
        header = json.loads(data[8 : 8 + length])
    except (ValueError, RecursionError):
        return None
    if not _is_sound(header, size - 8 - length):
        return None
    return _Content(header, 8 + length, data if size <= WHOLE_BYTES else None)


def _is_sound(header: object, size: int) -> bool:
    """Whether a header tells of tensors that end where the file ends."""
    if not isinstance(header, dict):
        return False
    entries = [entry for name, entry in header.items() if name != METADATA]
    offsets = [entry.get("data_offsets") for entry in entries if isinstance(entry, dict)]
    if len(offsets) < len(entries):
        return False
    for pair in offsets:
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(n) is int for n in pair)):
            return False
        if not 0 <= pair[0] <= pair[1] <= size:
            return False
    return max((pair[1] for pair in offsets), default=0) == size
