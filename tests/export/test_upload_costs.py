"""A model file that claims much, or asks for much, is refused before anything of it is made."""

import io
import json
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
import safetensors.torch
import torch

from nnlab.config import Experiment, Flatten, Images, Linear, Model, mlp
from nnlab.export import UploadRefusedError, must_fit, read_upload
from nnlab.export.upload import MAX_BYTES
from nnlab.models import build
from nnlab.models.budget import OF_PICTURES
from tests.export.test_upload import MOONS, saved, weights, whole, zipped


def packed(pickle: bytes, *, extra: int = 0) -> bytes:
    """As torch.save packs, with another pickle."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x/data.pkl", pickle)
        archive.writestr("x/data/0", bytes(16))
        for number in range(extra):
            archive.writestr(f"x/more/{number}", b"")
    return file.getvalue()


def overlapping() -> bytes:
    """Two names for the same bytes of an archive."""
    content = packed(b".", extra=1)
    directory = content.index(b"PK\x01\x02")
    first = content.index(b"PK\x01\x02", directory + 4)  # of x/data/0
    return content[:first] + content[first:].replace(b"\x10\x00\x00\x00", b"\xff\xff\x00\x00")


def huge_network() -> bytes:
    """A tiny zip that names a network of many gigabytes."""
    layers = [layer.model_dump() for layer in (Linear(out_features=4096),) * 62]
    value = json.loads(MOONS.to_json())
    value["model"]["layers"] = [*layers, {"kind": "linear", "out_features": 2}]
    return zipped(whole(experiment_json=json.dumps(value).encode()))


def header(text: bytes, length: int | None = None) -> bytes:
    return (len(text) if length is None else length).to_bytes(8, "little") + text


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "tensors without numbers": (
        "a.pt",
        lambda: saved({"0.weight": torch.empty(5, 2, device="meta")}),
        "holds more than tensors",
    ),
    "a network of gigabytes": ("a.zip", huge_network, "the network has 16,793,600 weights"),
    "gigabytes out of four bytes": (
        "a.pt",
        lambda: saved({"0.weight": torch.zeros(1).expand(2**34)}),
        "larger than its storage",
    ),
    "a call for ten gigabytes": (
        "a.pt",
        lambda: packed(b"\x80\x02c__builtin__\nbytearray\nJ\xff\xff\xff\x7f\x85R."),
        "'__builtin__.bytearray' is no plain tensor",
    ),
    "tuples within tuples as a name": (
        "a.pt",
        lambda: packed(b"\x80\x02})q\x00" + b"h\x00\x86q\x00" * 60 + b"K\x01s."),
        "a name that is no text",
    ),
    "a pickle of megabytes": ("a.pt", lambda: packed(b"]" * 2**19), "more than 256 kB of names"),
    "thousands of entries": ("a.pt", lambda: packed(b".", extra=60_000), "more than 1,000 files"),
    "entries upon each other": ("a.pt", overlapping, "lie upon each other|not the archive"),
    "a header of megabytes": (
        "a.safetensors",
        lambda: header(b"[" * 2**20),
        "more than 256 kB about its tensors",
    ),
    "a header that is not there": ("a.safetensors", lambda: header(b"{}", 2**62), "no whole"),
    "a tensor that is not there": (
        "a.safetensors",
        lambda: header(
            b'{"a":{"dtype":"F32","shape":[4000000000],"data_offsets":[0,16000000000]}}'
        ),
        "no whole safetensors file",
    ),
    "packed by a way that takes memory": (
        "a.zip",
        lambda: zipped(whole(), zipfile.ZIP_LZMA),
        "packed otherwise than by deflate",
    ),
    "a name of 60,000 characters": (
        "a.zip",
        lambda: zipped({"n" * 60_000: b""}),
        "alone, it holds 'nnn",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_costs_much_is_refused_for_little(case: str) -> None:
    name, make, reason = REFUSED[case]
    data = make()
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(UploadRefusedError, match=reason) as caught:
        must_fit(MOONS, read_upload(name, data).weights)
    assert time.process_time() - begun < 1
    assert tracemalloc.get_traced_memory()[1] < len(data) + 20 * 2**20
    tracemalloc.stop()
    assert len(str(caught.value)) < 400


def test_the_largest_network_of_the_lab_comes_back() -> None:
    """What may be trained may be exported and brought back, in each form."""
    layers = (Flatten(), *mlp(2048, 1645, outputs=10))
    experiment = Experiment(
        data=Images(kind="mnist"), model=Model(layers=layers), training=MOONS.training
    )
    state = dict(build(experiment.model, (1, 28, 28)).state_dict())
    numbers = sum(tensor.numel() for tensor in state.values())
    assert 0.99 * OF_PICTURES.numbers < numbers <= OF_PICTURES.numbers
    assert 4 * OF_PICTURES.numbers + 2**18 < MAX_BYTES
    for name, data in {
        "a.pt": saved(state),
        "a.safetensors": safetensors.torch.save(state),
    }.items():
        must_fit(experiment, read_upload(name, data).weights)


def test_numbers_of_every_kind_are_read_as_torch_reads_them() -> None:
    kinds = (
        *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.bool),
        *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8),
    )
    state: dict[str, torch.Tensor] = {
        str(kind): (torch.rand(3, 4) * 9).to(kind).T for kind in kinds
    }
    state |= {"none": torch.zeros(0, 3), "one": torch.tensor(7.0), "again": state["torch.int64"]}
    state["part"] = torch.arange(20.0)[3:9].reshape(2, 3)
    read = read_upload("a.pt", saved(state)).weights
    assert read.keys() == state.keys()
    for name, tensor in torch.load(io.BytesIO(saved(state)), weights_only=True).items():
        assert read[name].dtype == tensor.dtype
        assert torch.equal(read[name], tensor)


def test_parameters_are_read_too() -> None:
    network = build(MOONS.model, (2,))
    read = read_upload("a.pt", saved(dict(network.named_parameters()))).weights
    assert all(torch.equal(read[name], value) for name, value in weights().items())
