"""A pickle's opcodes, read by `pickletools`, which runs none of them.

A pickle is a program for a small machine with a stack. Its opcode REDUCE calls whatever function
the pickle has named, so loading a file runs code that its author wrote.
"""

import io
import pickletools
import re
import zipfile
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.texts import N_, _

SAID = N_("Loading this file has just run code.")
"""The text that the harmless pickle would print if anybody loaded it."""
HARMLESS = (
    b"\x80\x02"  # PROTO 2
    b"cbuiltins\nprint\n"  # GLOBAL: look up builtins.print
    + b"X"
    + len(SAID).to_bytes(4, "little")
    + SAID.encode()  # BINUNICODE: a text
    + b"\x85"  # TUPLE1
    b"R"  # REDUCE: call
    b"."  # STOP
)
WHAT = {
    "PROTO": N_("says the version of the language"),
    "GLOBAL": N_("imports a module and looks up a name in it"),
    "BINUNICODE": N_("puts a text on the stack"),
    "TUPLE1": N_("makes a tuple of what lies on top"),
    "REDUCE": N_("calls the function with the tuple: here the code would run"),
    "STOP": N_("ends: what lies on top is the result"),
}
COLOUR = re.compile(r"\x1b\[[\d;]*m")
"""Marks for a terminal, in PyTorch's messages."""


@dataclass(frozen=True)
class Opcode:
    """An instruction, and the stack after it."""

    place: int
    """Offset of its first byte."""
    name: str
    argument: str
    stack: tuple[str, ...]
    """Written as Python; the top comes last. Nothing was called to find it out."""


def opcodes(pickle: bytes = HARMLESS) -> tuple[Opcode, ...]:
    """Return the opcodes of a pickle that has no others than the six of `WHAT`."""
    stack: list[str] = []
    found = []
    for opcode, argument, place in pickletools.genops(pickle):
        match opcode.name:
            case "GLOBAL":
                stack.append(str(argument).replace(" ", "."))
            case "BINUNICODE":
                stack.append(repr(argument))
            case "TUPLE1":
                stack.append(f"({stack.pop()},)")
            case "REDUCE":
                arguments = stack.pop()
                stack.append(f"{stack.pop()}({arguments[1:-2]})")
        written = "" if argument is None else str(argument)
        found.append(Opcode(place or 0, opcode.name, written, tuple(stack)))
    return tuple(found)


def saved(value: nn.Module | dict[str, Tensor]) -> bytes:
    """Return the bytes of `torch.save`: of a module all of it, of a `state_dict` its tensors."""
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def names_in(file: bytes) -> tuple[str, ...]:
    """Return what a file of `torch.save` imports when loaded: `torch.FloatStorage` and so on."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith("/data.pkl"))
        pickle = archive.read(name)
    found = {
        str(argument).replace(" ", ".")
        for opcode, argument, _place in pickletools.genops(pickle)
        if opcode.name == "GLOBAL"
    }
    return tuple(sorted(found))


def load_weights_only(file: bytes) -> object:
    """`torch.load(…, weights_only=True)`: calls nothing that is not on PyTorch's own short list.

    For files that this module has made.

    Raises:
        NnlabError: the file asks for something else; with PyTorch's words.
    """
    try:
        return torch.load(io.BytesIO(file), weights_only=True)
    except Exception as error:  # its class is that of the module that unpickles
        words = COLOUR.sub("", str(error))
        reason = re.search(r"Unsupported [^.]*(?:\.[^\s.]+)*[^.]*default\.", words)
        raise NnlabError(
            _("PyTorch refuses the file: {why}", why=reason[0] if reason else words[:300])
        ) from error
