"""The browser's reader of weights against the library that writes them."""

import base64
import json
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save

from tests.web.modules import Modules

TENSORS = {
    "0.weight": torch.randn(3, 2, generator=torch.Generator().manual_seed(1)),
    "0.bias": torch.tensor([torch.inf, -0.0, torch.nan]),
    "1.num_batches_tracked": torch.tensor(2**53 - 1),
    "exact": torch.tensor([1 / 3, 1e-300], dtype=torch.float64),
    "none": torch.zeros(0, 4),
    "__proto__": torch.ones(1),
}
READ = """([whole, shift]) => {
  const bytes = modules.evaluate.bytesOf(whole), within = new Uint8Array(bytes.length + shift);
  within.set(bytes, shift);
  const { step, tensors } = modules.safetensors.readTensors(within.subarray(shift));
  return { step, tensors: [...tensors].map(([name, { shape, data }]) => {
    return [name, shape, data.constructor.name, modules.evaluate.base64Of(data)];
  }) };
}"""
REFUSE = """all => all.map((whole) => {
  try {
    modules.safetensors.readTensors(modules.evaluate.bytesOf(whole));
    return "nothing was thrown";
  } catch (error) {
    return error.message;
  }
})"""


def in_base64(whole: bytes) -> str:
    return base64.b64encode(whole).decode()


def file_of(header: Any, numbers: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + numbers


@pytest.mark.parametrize("shift", range(9))
def test_a_file_of_the_library_is_read_wherever_it_begins(page: Modules, shift: int) -> None:
    got = page.evaluate(READ, [in_base64(save(TENSORS, {"step": "120"})), shift])
    assert got["step"] == 120
    read = {name: (shape, kind, numbers) for name, shape, kind, numbers in got["tensors"]}
    assert read.keys() == TENSORS.keys()
    for name, tensor in TENSORS.items():
        shape, kind, numbers = read[name]
        is_single = tensor.dtype == torch.float32
        assert kind == ("Float32Array" if is_single else "Float64Array")
        values = np.frombuffer(base64.b64decode(numbers), "<f4" if is_single else "<f8")
        assert shape == list(tensor.shape)
        np.testing.assert_array_equal(values.reshape(shape), tensor.numpy())


def test_an_array_buffer_is_read_too_and_no_step_is_zero(page: Modules) -> None:
    bare = save({"a": torch.ones(2)})
    got = page.evaluate(
        """whole => {
          const { buffer } = modules.evaluate.bytesOf(whole);
          const { step, tensors } = modules.safetensors.readTensors(buffer);
          return [step, [...tensors.get("a").data]];
        }""",
        in_base64(bare),
    )
    assert got == [0, [1, 1]]


def test_no_beginning_of_a_file_passes_for_the_whole_and_nothing_may_follow(page: Modules) -> None:
    whole = save(TENSORS, {"step": "1"})
    cut = [in_base64(whole[:length]) for length in range(len(whole))]
    messages = page.evaluate(REFUSE, [*cut, in_base64(whole + b"\0")])
    assert len(messages) > 300
    assert {message[:37] for message in messages} == {"These bytes are no safetensors file: "}


def entry(**other: Any) -> dict[str, Any]:
    return {"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4], **other}}


@pytest.mark.parametrize(
    ("header", "what"),
    [
        ([], "the header is no JSON object"),
        (b"{,}", "the header is no JSON:"),
        (b"\xff", "the header is no JSON:"),
        ({"a": 3}, "the header says of the tensor a no more than 3"),
        (
            entry(dtype="BF16"),
            "the tensor a has numbers of the kind BF16, not F16, F32, F64, I32, I64 or U8",
        ),
        (entry(dtype="toString"), "the tensor a has numbers of the kind toString"),
        (entry(shape=[-1]), "the tensor a has the shape [-1]"),
        (entry(shape=[0.5]), "the tensor a has the shape [0.5]"),
        (entry(shape=None), "the tensor a has the shape null"),
        (entry(shape=[2**40, 2**40]), "the tensor a of the shape [1099511627776,1099511627776]"),
        (entry(data_offsets=[0]), "the tensor a lies at [0]"),
        (entry(data_offsets=[4, 0]), "the tensor a of the shape [1] in F32 has -4 bytes"),
        (entry(data_offsets=[1, 5]), "the tensor a begins at byte 1 of the numbers, not at 0"),
        (entry() | {"b": entry()["a"]}, "the tensor b begins at byte 0 of the numbers, not at 4"),
        (entry() | {"__metadata__": {"step": "1e3"}}, 'the step in the metadata is "1e3"'),
        (entry() | {"__metadata__": 1}, "the metadata is no JSON object"),
        ({}, "the header speaks of 0 bytes of numbers, there are 4"),
    ],
)
def test_a_malformed_header_is_refused_with_what_is_wrong(
    page: Modules, header: Any, what: str
) -> None:
    (message,) = page.evaluate(REFUSE, [in_base64(file_of(header, bytes(4)))])
    assert message.startswith(f"These bytes are no safetensors file: {what}")


def test_a_length_beyond_any_file_is_refused(page: Modules) -> None:
    (message,) = page.evaluate(REFUSE, [in_base64(b"\xff" * 16)])
    assert "a header of 18446744073709551615 bytes does not fit into 16" in message


def test_every_number_of_16_bits_is_read_as_numpy_reads_it(page: Modules) -> None:
    bits = np.arange(2**16, dtype="<u2")
    header = {"a": {"dtype": "F16", "shape": [2**16], "data_offsets": [0, 2**17]}}
    got = page.evaluate(READ, [in_base64(file_of(header, bits.tobytes())), 0])
    ((_name, shape, kind, numbers),) = got["tensors"]
    assert (shape, kind) == ([2**16], "Float32Array")
    values = np.frombuffer(base64.b64decode(numbers), "<f4")
    np.testing.assert_array_equal(values, bits.view("<f2").astype("<f4"))


def test_counts_and_codes_are_read_as_whole_numbers(page: Modules) -> None:
    tensors = {
        "steps": torch.tensor([0, 7, -1, 2**31 - 1], dtype=torch.int32),
        "ended": torch.tensor([0, 4, 255], dtype=torch.uint8),
    }
    got = page.evaluate(READ, [in_base64(save(tensors)), 0])
    read = {name: (kind, numbers) for name, _shape, kind, numbers in got["tensors"]}
    for name, kind, dtype in (("steps", "Int32Array", "<i4"), ("ended", "Uint8Array", "u1")):
        assert read[name][0] == kind
        values = np.frombuffer(base64.b64decode(read[name][1]), dtype)
        assert values.tolist() == tensors[name].tolist()
