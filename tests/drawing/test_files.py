"""Any file that is given for a picture: its pixels, or a sentence."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from nnlab.drawing import read_image
from nnlab.errors import InvalidImageError

PIXELS = np.random.default_rng(0).integers(0, 256, (12, 20), dtype=np.uint8)


def encoded(image: Image.Image, kind: str = "PNG", **more) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that says that it is so large, and holds nothing."""
    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", size), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF", "PPM"])
def test_pixels_come_back_from_a_file_and_from_its_bytes(kind, tmp_path):
    content = encoded(Image.fromarray(PIXELS), kind)
    path = tmp_path / "picture"
    path.write_bytes(content)
    for source in (content, path, str(path)):
        pixels = read_image(source)
        assert pixels.dtype == np.uint8
        grey = pixels if pixels.ndim == 2 else pixels[..., 0]
        assert np.array_equal(grey, PIXELS)


def test_jpeg_and_webp_are_read():
    for kind in ("JPEG", "WEBP"):
        pixels = read_image(encoded(Image.new("RGB", (9, 5), (255, 0, 0)), kind))
        assert pixels.shape == (5, 9, 3)
        assert np.abs(pixels.astype(int) - [255, 0, 0]).max() < 10


def test_transparency_is_kept():
    pixels = read_image(encoded(Image.new("LA", (3, 2), (10, 77))))
    assert np.array_equal(pixels, np.broadcast_to([10, 10, 10, 77], (2, 3, 4)))
    palette = Image.new("P", (3, 2), 1)
    palette.putpalette([9, 9, 9, 200, 100, 50])
    pixels = read_image(encoded(palette, "GIF", transparency=1))
    assert pixels.shape == (2, 3, 4)
    assert not pixels[..., 3].any()


def test_cmyk_and_one_bit_pictures_are_read():
    assert read_image(encoded(Image.new("CMYK", (3, 2)), "JPEG")).shape == (2, 3, 3)
    assert read_image(encoded(Image.new("1", (3, 2), 1))).tolist() == [[255] * 3] * 2


def test_sixteen_bits_keep_their_range():
    deep = np.array([[0, 30_000, 60_000]], np.uint16)
    assert read_image(encoded(Image.fromarray(deep))).tolist() == [[0, 128, 255]]


def test_a_photograph_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    turned = read_image(encoded(Image.fromarray(PIXELS), "PNG", exif=exif))
    assert np.array_equal(turned, np.rot90(PIXELS, -1))


def test_of_an_animation_the_first_picture_is_read():
    first, second = Image.new("L", (4, 4), 0), Image.new("L", (4, 4), 255)
    pixels = read_image(encoded(first, "GIF", save_all=True, append_images=[second]))
    assert pixels.shape[:2] == (4, 4)
    assert pixels[..., :3].max() == 0 if pixels.ndim == 3 else pixels.max() == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", r"The upload is empty \(0 bytes\)"),
        (b"seven", r"no picture that can be read here \(5 bytes .*b'seven'.*PNG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "no picture that can be read here"),
        (png_header(10_000, 5_001), "is 10,000×5,001 pixels. At most 50 megapixels"),
        (png_header(15_000, 15_000), "too large|15,000×15,000.*At most 50 megapixels"),
        (png_header(2**31 - 1, 2**31 - 1), "At most 50 megapixels"),
        (encoded(Image.fromarray(PIXELS))[:120], "PNG of 20×12 pixels that breaks off"),
        (encoded(Image.fromarray(PIXELS), "JPEG")[:330], "breaks off|no picture"),
    ],
    ids=["empty", "text", "PostScript", "huge", "vast", "bomb", "cut PNG", "cut JPEG"],
)
def test_what_cannot_be_read_is_named_with_the_mend(content, sentence):
    with pytest.raises(InvalidImageError, match=sentence):
        read_image(content)


def test_a_path_that_leads_nowhere_is_named(tmp_path: Path):
    with pytest.raises(InvalidImageError, match=r"missing.png' cannot be read: No such file"):
        read_image(tmp_path / "missing.png")
    with pytest.raises(InvalidImageError, match="cannot be read: Is a directory"):
        read_image(tmp_path)
    with pytest.raises(InvalidImageError, match="cannot be read"):
        read_image("nul\0byte.png")


SAMPLES = [
    encoded(Image.fromarray(PIXELS), "PNG"),
    encoded(Image.fromarray(PIXELS), "JPEG"),
    encoded(Image.fromarray(PIXELS), "GIF"),
    encoded(Image.fromarray(PIXELS), "BMP"),
    encoded(Image.fromarray(PIXELS), "TIFF"),
    encoded(Image.fromarray(PIXELS), "WEBP"),
    encoded(Image.fromarray(PIXELS), "PPM"),
    encoded(Image.fromarray(PIXELS).convert("P"), "PNG", transparency=3),
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_a_damaged_file_gives_pixels_or_a_sentence(content, data):
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del damaged[data.draw(st.integers(0, len(content))) :]
    try:
        pixels = read_image(bytes(damaged))
    except InvalidImageError:
        return
    assert pixels.dtype == np.uint8
    assert pixels.shape[2:] in ((), (3,), (4,))
