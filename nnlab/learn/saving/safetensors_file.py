"""A safetensors file read by hand: what each of its bytes says.

The format (https://github.com/huggingface/safetensors#format): 8 bytes with the length N of the
header, the lowest byte first; N bytes of JSON; then the numbers of all tensors, one after another.
"""

import json
import re
import struct
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from safetensors.torch import save
from torch import Tensor

from nnlab.texts import N_

LENGTH = 8
"""Bytes that say how long the header is."""
UNPACK = {"F16": "e", "F32": "f", "F64": "d", "I32": "i", "I64": "q", "U8": "B"}
"""The formats of `struct`, of the kinds of numbers that a network of the lab keeps."""
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d+|[\[\]{},:]| +')
PARTS = {
    "length": N_("length of the header"),
    "header": N_("header"),
    "numbers": N_("numbers"),
}


@dataclass(frozen=True)
class Entry:
    """The header's entry for a tensor."""

    name: str
    kind: str
    """`F32`, `I64` …"""
    shape: tuple[int, ...]
    start: int
    stop: int
    """Bytes of the file, counted from its beginning; `stop` is behind the last."""

    @property
    def item(self) -> int:
        """Bytes of a number."""
        return struct.calcsize(UNPACK[self.kind])


@dataclass(frozen=True)
class Meaning:
    """The part of the file that a byte belongs to."""

    part: str
    """A key of `PARTS`."""
    start: int
    stop: int
    """The bytes that say it together."""
    text: str
    """Text of the entry: a piece of JSON in the header; for a number the tensor's name and its
    index."""
    value: float | int | None
    """The header's length, or the number; None in the header."""


class SafetensorsFile:
    """A file as bytes, and what they say."""

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        self.data = save({name: tensor.contiguous() for name, tensor in tensors.items()})

    def __len__(self) -> int:
        return len(self.data)

    @property
    def bytes_held(self) -> int:
        """Return the bytes that it holds, for the server's cache."""
        return len(self.data)

    @cached_property
    def header_stop(self) -> int:
        """The first byte behind the header."""
        return LENGTH + int.from_bytes(self.data[:LENGTH], "little")

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The tensors, in the order of their bytes."""
        header = json.loads(self.data[LENGTH : self.header_stop])
        found = [
            Entry(
                name,
                said["dtype"],
                tuple(said["shape"]),
                *(self.header_stop + offset for offset in said["data_offsets"]),
            )
            for name, said in header.items()
            if name != "__metadata__"
        ]
        return tuple(sorted(found, key=lambda entry: (entry.start, entry.stop)))

    def meaning(self, at: int) -> Meaning:
        """Return the meaning of the byte at a place, 0 to `len(self) - 1`."""
        if at < LENGTH:
            return Meaning("length", 0, LENGTH, "", self.header_stop - LENGTH)
        if at < self.header_stop:
            for token in TOKEN.finditer(self.data, LENGTH, self.header_stop):
                if token.end() > at:
                    return Meaning("header", token.start(), token.end(), token[0].decode(), None)
        entry = next(one for one in self.entries if one.start <= at < one.stop)
        number = (at - entry.start) // entry.item
        start = entry.start + number * entry.item
        (value,) = struct.unpack_from(f"<{UNPACK[entry.kind]}", self.data, start)
        place = ", ".join(str(int(i)) for i in np.unravel_index(number, entry.shape or (1,)))
        text = f"{entry.name}[{place}]" if entry.shape else entry.name
        return Meaning("numbers", start, start + entry.item, text, value)
