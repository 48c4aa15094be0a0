"""A `state_dict` that `torch.save` wrote, read by hand: tensors by their names and nothing else.

The file is a zip of stored entries: `x/data.pkl`, a pickle that names storages, and their bytes as
`x/data/0` and so on. Even PyTorch's restricted reader (`weights_only=True`) runs what a pickle may
say at any cost: `bytearray(10**10)`, or the hash of tuples within tuples. Here the few opcodes that
a state_dict is written with are followed, each name must be text, and no tensor is larger than its
storage.
"""

import math
import pickletools
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import torch
from torch import Tensor

from nnlab.errors import shortened
from nnlab.texts import _

MAX_PICKLE = 2**18
"""Bytes of the pickle: some two thousand tensors. The lab's largest network has 300."""
MAX_SIDES = 8
DTYPES = {
    "DoubleStorage": torch.float64,
    "FloatStorage": torch.float32,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}
DICT, TENSOR, PARAMETER = (
    "collections.OrderedDict",
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_parameter",
)


class NotTensorsError(Exception):
    """Why the pickle is no `state_dict`."""


@dataclass(frozen=True)
class _Name:
    """A global that the pickle names; it is never looked up."""

    name: str


class _Mark:
    """The beginning of a tuple, or of a list of items, on the stack."""


def read_state_dict(archive: zipfile.ZipFile) -> object:
    """Return the pickle's content: for a `state_dict` a dict of tensors on the CPU, by name.

    Raises:
        NotTensorsError: another kind of thing, damaged, or a tensor beyond its storage.
        Exception: as zipfile raises, of a damaged archive.
    """
    pickles = [name for name in archive.namelist() if name.endswith("/data.pkl")]
    if len(pickles) != 1:
        raise NotTensorsError(_("no data.pkl in it"))
    if archive.getinfo(pickles[0]).file_size > MAX_PICKLE:
        raise NotTensorsError(_("more than {most} kB of names", most=MAX_PICKLE // 1024))
    folder = pickles[0].removesuffix("data.pkl")
    if f"{folder}byteorder" in archive.namelist() and archive.read(f"{folder}byteorder") != (
        b"little"
    ):
        raise NotTensorsError(_("written on a machine with another order of bytes"))
    try:
        return _Reader(lambda key: archive.read(f"{folder}data/{key}")).read(
            archive.read(pickles[0])
        )
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise NotTensorsError(shortened(error)) from error


class _Reader:
    """Follows one pickle."""

    def __init__(self, bytes_of: Callable[[str], bytes]) -> None:
        self._bytes_of = bytes_of
        self._storages: dict[str, Tensor] = {}
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def read(self, pickle: bytes) -> object:
        for opcode, argument, _place in pickletools.genops(BytesIO(pickle)):
            if opcode.name == "STOP":
                return self._stack.pop()
            self._follow(opcode.name, argument)
        raise NotTensorsError(_("its pickle has no end"))

    def _follow(self, opcode: str, argument: Any) -> None:
        stack = self._stack
        match opcode:
            case "PROTO" | "FRAME":
                pass
            case "BININT" | "BININT1" | "BININT2" | "LONG1" | "BINFLOAT":
                stack.append(argument)
            case "BINUNICODE" | "SHORT_BINUNICODE":
                stack.append(argument)
            case "NONE" | "NEWTRUE" | "NEWFALSE":
                stack.append({"NONE": None, "NEWTRUE": True, "NEWFALSE": False}[opcode])
            case "EMPTY_DICT" | "EMPTY_LIST":
                stack.append({} if opcode == "EMPTY_DICT" else [])
            case "EMPTY_TUPLE":
                stack.append(())
            case "MARK":
                stack.append(_Mark())
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                count = int(opcode[-1])
                stack[-count:] = [tuple(self._last(count))]
            case "TUPLE":
                stack.append(tuple(self._since_mark()))
            case "BINPUT" | "LONG_BINPUT":
                self._memo[argument] = stack[-1]
            case "MEMOIZE":
                self._memo[len(self._memo)] = stack[-1]
            case "BINGET" | "LONG_BINGET":
                stack.append(self._memo[argument])
            case "GLOBAL":
                stack.append(_Name(argument.replace(" ", ".")))
            case "BINPERSID":
                stack.append(self._storage(stack.pop()))
            case "REDUCE":
                arguments = stack.pop()
                stack.append(_made(stack.pop(), arguments))
            case "SETITEM":
                value, key = stack.pop(), stack.pop()
                _set(stack[-1], [key, value])
            case "SETITEMS":
                items = self._since_mark()  # takes them from the stack
                _set(stack[-1], items)
            case "APPEND" | "APPENDS":
                items = [stack.pop()] if opcode == "APPEND" else self._since_mark()
                _list(stack[-1]).extend(items)
            case "BUILD":
                stack.pop()  # the version of each layer, which nobody asks for
                if not isinstance(stack[-1], dict):
                    raise NotTensorsError(_("something with a state of its own"))
            case _:
                raise NotTensorsError(_("the opcode {opcode} of a pickle", opcode=opcode))

    def _last(self, count: int) -> list[Any]:
        if len(self._stack) < count:
            raise IndexError(count)
        return self._stack[-count:]

    def _since_mark(self) -> list[Any]:
        items: list[Any] = []
        while not isinstance(item := self._stack.pop(), _Mark):
            items.append(item)
        return items[::-1]

    def _storage(self, named: Any) -> Tensor:
        """`("storage", its type, key, device, elements)` as one row of numbers."""
        what, kind, key, _device, count = named
        dtype = DTYPES.get(kind.name.removeprefix("torch.")) if isinstance(kind, _Name) else None
        if what != "storage" or dtype is None or not isinstance(key, str):
            raise NotTensorsError(_("a storage that is none of plain numbers"))
        if key not in self._storages:
            content = bytearray(self._bytes_of(key))
            empty = torch.empty(0, dtype=dtype)
            self._storages[key] = torch.frombuffer(content, dtype=dtype) if content else empty
        found = self._storages[key]
        if len(found) != count or found.dtype != dtype:
            raise NotTensorsError(_("a storage of another size than it says"))
        return found


def _made(called: Any, arguments: Any) -> Any:
    name = called.name if isinstance(called, _Name) else ""
    if name == DICT and arguments == ():
        return {}
    if name == TENSOR:
        return _tensor(*arguments[:4])
    if name == PARAMETER and isinstance(arguments[0], Tensor):
        return arguments[0]
    raise NotTensorsError(_("'{name}' is no plain tensor", name=shortened(name)))


def _tensor(storage: Any, offset: Any, size: Any, stride: Any) -> Tensor:
    if not isinstance(storage, Tensor):
        raise NotTensorsError(_("a tensor without a storage"))
    if len(size) != len(stride) or len(size) > MAX_SIDES:
        raise NotTensorsError(_("a tensor of no possible shape"))
    numbers = [offset, *size, *stride]
    if not all(type(number) is int and 0 <= number < 2**40 for number in numbers):
        raise NotTensorsError(_("a tensor of no possible shape"))
    count = math.prod(size)
    last = offset + sum((side - 1) * step for side, step in zip(size, stride, strict=True))
    if count > len(storage) or (count and last >= len(storage)):
        raise NotTensorsError(_("a tensor that is larger than its storage"))
    return storage.as_strided(size, stride, offset if count else 0)


def _set(place: Any, items: list[Any]) -> None:
    if not isinstance(place, dict):
        raise NotTensorsError(_("items of no dict"))
    for key, value in zip(items[::2], items[1::2], strict=True):
        if not isinstance(key, str):  # whose hash costs what it is long, and no more
            raise NotTensorsError(_("a name that is no text"))
        place[key] = value


def _list(place: Any) -> list[Any]:
    if not isinstance(place, list):
        raise NotTensorsError(_("items of no list"))
    return place
