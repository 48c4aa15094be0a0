"""Proof: no picture file costs more than a second and 100 MB until its digits are ready."""

import io
import struct
import zlib
from contextlib import suppress
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from nnlab.drawing import read_image, split, steps
from nnlab.drawing.files import MOST_BYTES
from nnlab.errors import NnlabError
from tests.hold.bounds import Given, cost_of, fuzzed, must_hold

SIZES = ((1, 1), (28, 28), (60, 61), (800, 800), (799, 1_601), (1, 16_384), (16_384, 3),
         (2_000, 1_900), (2_800, 2_800))  # fmt: skip
SIDES = (0, 1, 2, 28, 800, 3_162, 16_384, 16_385, 65_535, 49_000_000, 2**31 - 1)
INKS = ("flat", "noise", "sparse", "dots", "lines", "dust", "one pixel")
FORMATS = {
    "PNG": {},
    "PNG palette": {},
    "PNG alpha": {},
    "PNG deep": {},
    "JPEG": {"quality": 60},
    "JPEG passes": {"quality": 95, "progressive": True},
    "GIF": {},
    "BMP": {},
    "WEBP": {"quality": 60},
    "WEBP exact": {"lossless": True, "quality": 0, "method": 0},
}
JUNK = (b"", b"\0" * 4, b"x" * 200, b"\xff" * 60_000, zlib.compress(bytes(2**20), 9))
TIMES = (1, 40, 5_000, 200_000, 4_000_000)
KINDS = (
    "png chunk",
    "png pixels",
    "jpeg segment",
    "jpeg scan",
    "jpeg fill",
    "gif block",
    "gif word",
)


def ink(kind: str, width: int, height: int) -> NDArray[np.uint8]:
    """Dark on light or light on dark, the worst for some step on the way."""
    dice = np.random.default_rng(0)
    row, column = np.arange(height)[:, None], np.arange(width)
    match kind:
        case "noise":
            return dice.integers(0, 256, (height, width), np.uint8)
        case "sparse":
            return np.where(dice.random((height, width)) < 0.02, 255, 0).astype(np.uint8)
        case "dust":
            return np.where(dice.random((height, width)) < 0.0005, 0, 255).astype(np.uint8)
        case "dots":
            return np.where((row % 50 < 20) & (column % 50 < 20), 255, 0).astype(np.uint8)
        case "lines":
            return np.where((row + column) % 97 < 2, 0, 255).astype(np.uint8)
        case "one pixel":
            return np.where((row == height // 2) & (column == width // 3), 255, 0).astype(np.uint8)
    return np.full((height, width), 200, np.uint8)


@lru_cache(maxsize=256)
def encoded(name: str, kind: str, size: tuple[int, int]) -> Given:
    """An honest file of that format."""
    image, form = Image.fromarray(ink(kind, *size)), name.split()[0]
    if "palette" in name:
        image = image.convert("P")
    elif "alpha" in name:
        image.putalpha(image.copy())
    elif "deep" in name:
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    elif form in ("JPEG", "WEBP"):
        image = image.convert("RGB")
    buffer = io.BytesIO()
    try:
        image.save(buffer, form, **FORMATS[name])
    except (OSError, ValueError):  # its format has no such size
        return Given(b"")
    return Given(buffer.getvalue())


def chunk(name: bytes, body: bytes = b"") -> bytes:
    """One of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def claimed(form: str, width: int, height: int, content: bytes) -> Given:
    """A file that says that it is so large."""
    wide, high = width % 65_536, height % 65_536
    match form:
        case "PNG":
            size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
            pixels = zlib.compress(content)
            made = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", pixels)
        case "JPEG":
            frame = struct.pack(">BHHB", 8, high, wide, 1) + b"\1\x11\0"
            made = b"\xff\xd8\xff\xc0" + struct.pack(">H", 11) + frame + b"\xff\xda\0\2" + content
        case "GIF":
            made = b"GIF89a" + struct.pack("<HH", wide, high) + b"\0\0\0,\0\0\0\0"
            made += struct.pack("<HHB", wide, high, 0) + b"\x08\x08" + content[:8]
        case "BMP":
            info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
            made = b"BM" + struct.pack("<IHHI", 54 + len(content), 0, 0, 54) + info + content
        case _:
            size = ((width - 1) % 2**24).to_bytes(3, "little")
            size += ((height - 1) % 2**24).to_bytes(3, "little")
            made = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size + content
    return Given(made)


def stuffed(kind: str, name: bytes, junk: bytes, times: int, base: str) -> Given:
    """An honest file with so many pieces more, which a library would look at one by one."""
    piece: bytes
    match kind:
        case "png chunk" | "png pixels":
            content = encoded("PNG", base, (800, 800))
            if kind == "png pixels":
                piece = chunk(b"IDAT", junk[:4])
            else:
                piece = chunk(name, b"x\0\0" + junk if name in (b"zTXt", b"iCCP") else junk)
            place = 33
        case "gif block":
            content, place = encoded("GIF", base, (800, 800)), 13 + 768
            piece = b"!" + name[:1] + b"\1x" * len(junk[:9]) + b"\0"
        case "gif word":
            content, place = encoded("GIF", base, (800, 800)), 13 + 768
            return Given(
                content[:place] + b"!\xfe" + (b"\1x" * times)[:MOST_BYTES] + b"\0" + content[place:]
            )
        case "jpeg fill":
            content, place, piece = encoded("JPEG", base, (800, 800)), 2, b"\xff"
        case "jpeg scan":
            content = encoded("JPEG passes", base, (800, 800))
            place, piece = len(content) - 2, b"\xff\xda\0\x08\1\1\0\0\x3f\0" + junk[:40]
        case _:
            content, place = encoded("JPEG", base, (800, 800)), 2
            body = junk if name[:1] != b"\xe1" else b"Exif\0\0II*\0\x08\0\0\0" + exif_bomb()
            piece = b"\xff" + name[:1] + struct.pack(">H", len(body) % 65_534 + 2) + body[:65_533]
    count = min(times, (MOST_BYTES - len(content)) // max(1, len(piece)))
    return Given(content[:place] + piece * count + content[place:])


@lru_cache
def exif_bomb() -> bytes:
    """Five thousand entries, each of which says that it holds all of the rest."""
    entries = (struct.pack("<HHII", 1_000 + tag, 7, 4_000, 8) for tag in range(5_000))
    return struct.pack("<H", 5_000) + b"".join(entries)


def damaged(content: Given, places: list[tuple[int, int]], cut: int) -> Given:
    """With some bytes set, most of them near the beginning, and the end cut off."""
    changed = bytearray(content[: max(1, len(content) - cut)])
    for place, byte in places:
        changed[place % len(changed) if changed else 0 : place % len(changed) + 1] = bytes([byte])
    return Given(changed)


HONEST = st.builds(
    encoded, st.sampled_from(tuple(FORMATS)), st.sampled_from(INKS), st.sampled_from(SIZES)
)
CLAIMED = st.builds(
    claimed,
    st.sampled_from(("PNG", "JPEG", "GIF", "BMP", "WEBP")),
    st.sampled_from(SIDES),
    st.sampled_from(SIDES),
    st.sampled_from((b"", bytes(100), bytes(10**6))),
)
STUFFED = st.builds(
    stuffed,
    st.sampled_from(KINDS),
    st.sampled_from((b"tEXt", b"zTXt", b"iCCP", b"eXIf", b"acTL", b"fdAT", b"\xfe", b"\xe1exi",
                     b"\xe2mpf", b"\xf9", b"\xc4", b"\xdb", b"IHDR")),
    st.sampled_from(JUNK),
    st.sampled_from(TIMES),
    st.sampled_from(("flat", "dust")),
)  # fmt: skip
DAMAGED = st.builds(
    damaged,
    st.builds(
        encoded,
        st.sampled_from(tuple(FORMATS)),
        st.sampled_from(INKS),
        st.sampled_from(((28, 28), (800, 800))),
    ).filter(bool),
    st.lists(
        st.tuples(st.integers(0, 200) | st.integers(0, 10**6), st.integers(0, 255)), max_size=6
    ),
    st.integers(0, 2_000) | st.just(0),
)


def ready(content: bytes) -> None:
    """As the page does: read, part, and make each digit ready; and as one digit."""
    pixels = read_image(content)
    split(pixels)


def alone(content: bytes) -> None:
    """As one digit, as archives and the command line take it."""
    steps(read_image(content))


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """What is loaded at the first use is no cost of a file."""
    for name in FORMATS:
        for use in (ready, alone):
            with suppress(NnlabError):
                use(encoded(name, "dust", (800, 800)))


@pytest.mark.proof
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@fuzzed(0.15)
@given(HONEST | CLAIMED | STUFFED | DAMAGED, st.sampled_from((ready, alone)))
@example(claimed("PNG", 1, 49_000_000, bytes(49_000_000)), ready)
@example(encoded("PNG", "noise", (2_800, 2_800)), ready)
@example(encoded("JPEG passes", "noise", (2_800, 2_800)), ready)
@example(encoded("JPEG", "noise", (5_000, 5_000)), ready)
@example(encoded("WEBP", "noise", (2_000, 1_999)), ready)
@example(encoded("PNG", "lines", (800, 800)), alone)
@example(encoded("PNG", "sparse", (799, 800)), alone)
@example(stuffed("jpeg segment", b"\xe1", b"", 1, "dust"), ready)
@example(stuffed("gif word", b"", b"", 4_000_000, "dust"), ready)
@example(stuffed("png pixels", b"", b"", 4_000_000, "dust"), ready)
def test_no_picture_is_dear(content: Given, use) -> None:
    must_hold(cost_of(lambda: use(content), NnlabError), len(content))


def test_a_picture_of_one_column_costs_nothing_until_it_is_refused() -> None:
    """1×49 million pixels took 953 MB."""
    content = claimed("PNG", 1, 49_000_000, bytes(98_000_000))
    cost = cost_of(lambda: ready(content), NnlabError)
    assert "1×49,000,000 pixels" in str(cost.outcome)
    assert cost.seconds < 0.1
    assert cost.memory < 2**20


def test_sixteen_megabytes_of_noise_are_ready_in_a_second() -> None:
    """They took 10 to 30."""
    noise = np.random.default_rng(0).integers(0, 256, (2_300, 2_300, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG", compress_level=1)
    content = Given(buffer.getvalue())
    assert 15e6 < len(content) <= MOST_BYTES
    must_hold(cost_of(lambda: ready(content), NnlabError), len(content))
