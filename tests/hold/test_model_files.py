"""No model file costs the server more than a second and a hundred megabytes beyond its own size."""

import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from nnlab.config import Experiment, Model, PlaneClasses, Training, mlp
from nnlab.errors import MAX_MESSAGE
from nnlab.export import UploadRefusedError, must_fit, read_upload
from nnlab.export.upload import MAX_BYTES
from nnlab.models import build
from tests.hold.bounds import cost_of, fuzzed, must_hold
from tests.hold.hostile import LARGE, WRITTEN

pytestmark = pytest.mark.proof

MOONS = Experiment(
    data=PlaneClasses(kind="moons"),
    model=Model(layers=mlp(5, outputs=2)),
    training=Training(steps=1),
)
WEIGHTS: dict[str, Tensor] = dict(build(MOONS.model, (2,)).state_dict())
SAFETENSORS = safetensors.torch.save(WEIGHTS)


def saved(value: object) -> bytes:
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def zipped(parts: list[tuple[str, bytes]], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return file.getvalue()


NUMBERS = st.sampled_from([0, 1, 5, 1000, 2**31, 2**40, 2**62, 2**63 - 1, -1])
SIZES = st.sampled_from([0, 1, 8, 1000, 300_000, MAX_BYTES - 10, MAX_BYTES, MAX_BYTES + 1])


def _header(length: int | None, header: bytes, body: bytes) -> bytes:
    return struct.pack("<Q", len(header) if length is None else length) + header + body


def _claims(count: int, dtype: str, shape: list[int], end: int) -> bytes:
    return json.dumps(
        {
            f"{i}.weight": {"dtype": dtype, "shape": shape, "data_offsets": [0, end]}
            for i in range(count)
        }
    ).encode()


HEADERS = st.builds(
    _header,
    st.one_of(st.none(), st.integers(0, 2**63 - 1), st.sampled_from([2**18, 2**18 + 1, 10**8])),
    st.one_of(
        st.builds(
            _claims,
            st.sampled_from([0, 1, 3000, 100_000]),
            st.sampled_from(["F32", "F64", "BOOL", "F8_E5M2", "F4", "C64", "x"]),
            st.lists(NUMBERS.map(abs), max_size=4),
            NUMBERS.map(abs),
        ),
        st.builds(
            lambda piece, n: piece * n,
            st.sampled_from([b"[", b"{", b'{"a":', b" ", b"\xff", b'"a', b"0"]),
            st.sampled_from([1, 100, 100_000, 10_000_000]),
        ),
        WRITTEN.map(lambda text: text.encode(errors="surrogatepass")),
    ),
    st.builds(bytes, st.sampled_from([0, 4, 1000, 10_000_000])),
)

_PLAIN = saved(WEIGHTS)


def _repacked(pickle: bytes, entries: list[tuple[str, bytes]]) -> bytes:
    return zipped(
        [("x/data.pkl", pickle), ("x/byteorder", b"little"), *entries], zipfile.ZIP_STORED
    )


PIECES = [
    *(bytes([code]) for code in b"]})(N02.tleasuRbQ\x85\x86\x87\x88\x8f\x93"),
    *(b"K\x05", b"J\xff\xff\xff\x7f", b"q\x00", b"h\x00", b"P0\n", b"I9\n"),
    *(b"r\xff\xff\xff\x7f", b"\x8a\xff" + b"\xff" * 255, b"X\x01\x00\x00\x00a"),
    *(b"X\xff\xff\xff\x7f", b"\x8e" + b"\xff" * 8, b"\x96" + b"\xff" * 7 + b"\x00"),
    *(b"c__builtin__\nbytearray\n", b"ctorch._utils\n_rebuild_tensor_v2\n"),
    *(b"ctorch\nFloatStorage\n", b"ccollections\nOrderedDict\n"),
]
PICKLES = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=60).map(
        lambda pieces: b"\x80\x02" + b"".join(pieces)
    ),
    st.builds(
        lambda piece, n: b"\x80\x02" + piece * n + b".",
        st.sampled_from([*PIECES, b")q\x00", b"h\x00h\x00\x86q\x00", b"(h\x00t", b"}K\x01K\x01s"]),
        st.sampled_from([1, 1000, 20_000, 262_000, 5_000_000]),
    ),
    # Tuples within tuples, whose hash takes 2^n steps.
    st.builds(
        lambda n: b"\x80\x02})q\x00" + b"h\x00\x86q\x00" * n + b"K\x01s.", st.integers(1, 60)
    ),
    st.just(b"\x80\x02c__builtin__\nbytearray\nJ\xff\xff\xff\x7f\x85R."),
)


@st.composite
def tensors(draw: st.DrawFn) -> dict[str, Any]:
    """What torch.save may hold: right, of other types, without numbers, spread out of few bytes."""
    found: dict[str, Any] = dict(WEIGHTS)
    one = draw(st.sampled_from([*found]))
    found[one] = draw(
        st.sampled_from(
            [
                lambda: torch.empty(2**40, device="meta"),
                lambda: torch.zeros(1).expand(2**40),
                lambda: torch.zeros(1).expand(5, 2),
                lambda: torch.zeros(2, 5).T,
                lambda: torch.zeros(5, 2, dtype=torch.float64),
                lambda: torch.zeros(5, 2, dtype=torch.complex64),
                lambda: torch.zeros(5, 2, dtype=torch.float8_e5m2),
                lambda: torch.full((5, 2), torch.nan),
                lambda: torch.zeros(0),
                lambda: torch.zeros(4_000_000),
                lambda: torch.eye(3).to_sparse(),
                lambda: [torch.zeros(1)] * 1000,
                lambda: {"a" * 100_000: torch.zeros(1)},
                lambda: torch.nn.Linear(2, 2),
            ]
        )
    )()
    if draw(st.booleans()):
        found |= {f"{i}" * draw(st.sampled_from([1, 40])): torch.zeros(1) for i in range(400)}
    return found


_ENTRIES = {
    name.partition("/")[2]: zipfile.ZipFile(io.BytesIO(_PLAIN)).read(name)
    for name in zipfile.ZipFile(io.BytesIO(_PLAIN)).namelist()
}


@st.composite
def altered_pickles(draw: st.DrawFn) -> bytes:
    """A right file whose pickle says otherwise at a few places, in an archive that is whole."""
    pickle = bytearray(_ENTRIES["data.pkl"])
    for _time in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(pickle) - 1))
        new = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=2)))
        pickle[place : place + draw(st.integers(0, 2))] = new
    rest = [(f"x/{name}", part) for name, part in _ENTRIES.items() if name.startswith("data/")]
    return _repacked(bytes(pickle), rest)


PT = st.one_of(
    tensors().map(saved),
    altered_pickles(),
    st.builds(
        _repacked,
        PICKLES,
        st.lists(
            st.tuples(
                st.sampled_from(["x/data/0", "x/data/1", "y/data.pkl", "a" * 60_000]),
                st.builds(bytes, st.sampled_from([0, 4, 40, 5_000_000])),
            ),
            max_size=3,
            unique_by=lambda entry: entry[0],
        ),
    ),
    st.builds(
        lambda n: zipped([(f"x/{i}", b"") for i in range(n)], zipfile.ZIP_STORED),
        st.sampled_from([999, 1001, 60_000]),
    ),
    st.builds(lambda n: b"PK\x05\x06" + b"\xff" * n, st.integers(0, 60)),
)
ZIPS = st.builds(
    lambda text, weights, packing: zipped(
        [
            ("experiment.json", text.encode(errors="surrogatepass")),
            ("weights.safetensors", weights),
        ],
        packing,
    ),
    st.one_of(st.just(MOONS.to_json()), LARGE.map(json.dumps), WRITTEN),
    st.one_of(st.just(SAFETENSORS), HEADERS, st.builds(bytes, SIZES)),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]),
)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes]:
    """A name and what is in it; some altered at a place, cut, or under another name."""
    ending, contents = draw(
        st.sampled_from([(".safetensors", HEADERS), (".pt", PT), (".pt", PT), (".zip", ZIPS)])
    )
    content = draw(
        st.one_of(contents, contents, st.just(_PLAIN if ending == ".pt" else SAFETENSORS))
    )
    match draw(st.sampled_from(["whole", "whole", "cut", "altered", "renamed"])):
        case "cut":
            content = content[: draw(st.integers(0, len(content)))]
        case "altered" if content:
            changed = bytearray(content)
            for _time in range(draw(st.integers(1, 8))):
                place = draw(st.integers(0, len(content) - 1))
                changed[place] = draw(st.integers(0, 255))
            content = bytes(changed)
        case "renamed":
            ending = draw(
                st.sampled_from([".zip", ".pth", ".safetensors", ".pt2", "." + "a" * 5000])
            )
    return draw(st.sampled_from(["a", "../b", "c" * 3000, "\ud800"])) + ending, content


@pytest.fixture(autouse=True, scope="module")
def warm() -> Iterator[None]:
    """One thread; what is slow once comes before."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    must_fit(MOONS, read_upload("a.pt", _PLAIN).weights)
    yield
    torch.set_num_threads(before)


def take(name: str, content: bytes) -> Callable[[], object]:
    """As the page does: weights alone belong to the run that is shown."""

    def read() -> None:
        upload = read_upload(name, content)
        must_fit(upload.experiment or MOONS, upload.weights, name)

    return read


# Python warns of an escape sequence in a pickle that it does not know.
@pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")
@fuzzed(0.1)
@given(files())
def test_a_model_file(file: tuple[str, bytes]) -> None:
    name, content = file
    cost = cost_of(take(name, content), UploadRefusedError)
    must_hold(cost, len(content))
    if isinstance(cost.outcome, Exception):
        assert 0 < len(str(cost.outcome)) <= MAX_MESSAGE
        str(cost.outcome).encode()
