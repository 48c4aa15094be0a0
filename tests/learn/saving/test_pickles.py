"""A pickle is read and not run; what PyTorch says to it; sizes."""

import contextlib
import pickle
import zipfile
from io import BytesIO

import pytest
import torch
from torch import nn

from nnlab.errors import NnlabError
from nnlab.learn.saving import pickles
from nnlab.learn.saving.pickles import (
    HARMLESS,
    SAID,
    load_weights_only,
    names_in,
    opcodes,
    saved,
)
from nnlab.learn.saving.questions import QUESTIONS
from nnlab.learn.saving.sizes import sizes


def test_the_pickle_would_do_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    """Loaded here, in a test, and nowhere else: it prints."""
    pickle.loads(HARMLESS)
    assert capsys.readouterr().out == f"{SAID}\n"


def test_reading_its_opcodes_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    found = opcodes()
    names = [one.name for one in found]
    assert names == ["PROTO", "GLOBAL", "BINUNICODE", "TUPLE1", "REDUCE", "STOP"]
    assert set(names) == set(pickles.WHAT)
    assert [len(one.stack) for one in found] == [0, 1, 2, 2, 1, 1]
    assert found[-1].stack == (f"builtins.print({SAID!r})",)
    assert found[-1].place == len(HARMLESS) - 1
    assert capsys.readouterr().out == ""


def test_pytorch_refuses_what_names_a_function_and_a_whole_network(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(NnlabError, match=r"GLOBAL print was not an allowed global by default"):
        load_weights_only(HARMLESS)
    with pytest.raises(NnlabError, match=r"GLOBAL torch\.nn\.modules\.linear\.Linear was not"):
        load_weights_only(saved(nn.Linear(2, 2)))
    assert capsys.readouterr().out == ""


def test_pytorch_reads_a_state_dict() -> None:
    state = nn.Linear(2, 2).state_dict()
    read = load_weights_only(saved(state))
    assert isinstance(read, dict)
    assert all(torch.equal(read[name], tensor) for name, tensor in state.items())


def test_the_names_of_a_file_are_those_that_an_unpickler_looks_up() -> None:
    file = saved(nn.Sequential(nn.Linear(2, 2), nn.ReLU()))
    looked_up = set()

    class Watching(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> object:
            looked_up.add(f"{module}.{name}")
            return super().find_class("builtins" if module == "__builtin__" else module, name)

        def persistent_load(self, pid: tuple[object, ...]) -> object:
            return torch.UntypedStorage(64)

    with zipfile.ZipFile(BytesIO(file)) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith("/data.pkl"))
        content = archive.read(name)
    # The tensors are not made; all names before them have been looked up.
    with contextlib.suppress(AttributeError, TypeError, RuntimeError):
        Watching(BytesIO(content), encoding="utf-8").load()
    assert looked_up
    assert looked_up <= set(names_in(file))
    assert "torch.nn.modules.activation.ReLU" in names_in(file)


def test_sizes_grow_from_the_bare_numbers_to_the_whole_network() -> None:
    network = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 2))
    bare, safetensors, parameters, whole = sizes(network)
    assert bare.size == 4 * (2 * 8 + 8 + 8 * 2 + 2)
    assert bare.size < safetensors.size < parameters.size < whole.size
    assert safetensors.names is None
    assert whole.names is not None
    assert "torch.nn.modules.container.Sequential" in whole.names
    assert parameters.names is not None
    assert not any("nn.modules" in name for name in parameters.names)


def test_the_answers() -> None:
    """2 + 5 + 0 + 2 tensors; a state_dict refers to the network's own."""
    assert [asked.answer() for asked in QUESTIONS] == [9, 2]
