"""What is said of a file's bytes, against the safetensors library and struct."""

import json
import struct

import pytest
import torch
from safetensors.torch import load
from torch import nn

from nnlab.learn.saving.safetensors_file import LENGTH, SafetensorsFile


@pytest.fixture
def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Conv1d(3, 2, 1))


@pytest.fixture
def file(network: nn.Module) -> SafetensorsFile:
    return SafetensorsFile(network.state_dict())


def test_the_entries_are_the_tensors_that_the_library_reads(
    file: SafetensorsFile, network: nn.Module
) -> None:
    read = load(file.data)
    assert {entry.name for entry in file.entries} == set(network.state_dict()) == set(read)
    at = file.header_stop
    for entry in file.entries:
        assert entry.shape == tuple(read[entry.name].shape)
        assert entry.start == at, "without gaps"
        assert entry.stop - entry.start == read[entry.name].nbytes
        at = entry.stop
    assert at == len(file)


def test_every_byte_of_the_file_has_a_meaning_and_neighbours_agree(file: SafetensorsFile) -> None:
    for at in range(len(file)):
        meaning = file.meaning(at)
        assert meaning.start <= at < meaning.stop
        assert file.meaning(meaning.start) == file.meaning(meaning.stop - 1) == meaning
        expected = "length" if at < LENGTH else "header" if at < file.header_stop else "numbers"
        assert meaning.part == expected


def test_the_pieces_of_the_header_put_together_are_the_header(file: SafetensorsFile) -> None:
    at, pieces = LENGTH, []
    while at < file.header_stop:
        meaning = file.meaning(at)
        pieces.append(meaning.text)
        at = meaning.stop
    said = "".join(pieces)
    assert said.encode() == file.data[LENGTH : file.header_stop]
    assert set(json.loads(said)) == {entry.name for entry in file.entries}
    assert file.meaning(0).value == len(said) == struct.unpack_from("<Q", file.data)[0]


def test_each_number_is_the_tensors_own_with_its_place(
    file: SafetensorsFile, network: nn.Module
) -> None:
    state = network.state_dict()
    for entry in file.entries:
        flat = state[entry.name].flatten().tolist()
        for i, value in enumerate(flat):
            meaning = file.meaning(entry.start + i * entry.item)
            assert meaning.value == value
            assert meaning.stop - meaning.start == entry.item
    weight = next(entry for entry in file.entries if entry.name == "0.weight")
    assert file.meaning(weight.start + 4 * (2 * 2 + 1)).text == "0.weight[2, 1]"
    assert (
        file.meaning(
            next(entry.start for entry in file.entries if entry.name == "1.num_batches_tracked")
        ).text
        == "1.num_batches_tracked"
    )


def test_names_with_quotes_and_letters_of_other_scripts_are_pieces_too() -> None:
    file = SafetensorsFile({'a"b\\Ä': torch.ones(2, dtype=torch.float16), "leer": torch.ones(0)})
    texts = {file.meaning(at).text for at in range(LENGTH, file.header_stop)}
    assert any(json.loads(text) == 'a"b\\Ä' for text in texts if text.startswith('"'))
    assert file.meaning(len(file) - 1).value == 1
