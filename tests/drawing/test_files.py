"""Any file that is given for a picture: its pixels, or a sentence."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

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
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, body) for name, body in chunks)


def chunk(name: bytes, body: bytes = b"") -> bytes:
    """One of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def jpeg_header(width: int, height: int, kind: int = 0xC0) -> bytes:
    """A JPEG that says that it is so large, up to where its pixels would begin."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8\xff" + struct.pack(">BH", kind, 2 + len(frame)) + frame + b"\xff\xda\0\2"


def webp_header(width: int, height: int) -> bytes:
    """A WebP that says that it is so large."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP"])
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


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_undone_as_pillow_does(kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(Image.fromarray(PIXELS).convert("RGB"), kind, exif=exif)
    with Image.open(io.BytesIO(content)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    assert np.array_equal(read_image(content), expected)


def test_a_large_picture_comes_smaller_and_in_its_proportions():
    for kind in ("PNG", "JPEG"):
        large = Image.linear_gradient("L").resize((3_300, 2_200))
        pixels = read_image(encoded(large, kind))
        height, width = pixels.shape
        assert 800 <= width < 1_600
        assert width / height == pytest.approx(1.5, abs=0.01)
        expected = np.asarray(large.resize((width, height), Image.Resampling.BOX), int)
        assert np.abs(pixels.astype(int) - expected).max() <= 3


def test_pixels_that_one_run_of_python_each_unpacks_are_refused():
    """Pillow unpacks these in Python, 8 µs a run."""
    content = bytearray(encoded(Image.new("P", (64, 64)), "BMP"))
    content[30:34] = (1).to_bytes(4, "little")  # BI_RLE8
    with pytest.raises(InvalidImageError, match="packed"):
        read_image(bytes(content))


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
        (encoded(Image.fromarray(PIXELS), "TIFF"), r"no picture.*Readable: PNG, JPEG, GIF"),
        (png_header(10_000, 1_001), "is 10,000×1,001 pixels. At most 8 megapixels"),
        (png_header(1, 49_000_000), "is 1×49,000,000 pixels. At most .*16,384 pixels a side"),
        (png_header(15_000, 15_000), "too large|15,000×15,000.*At most 8 megapixels"),
        (png_header(2**31 - 1, 2**31 - 1), "At most 8 megapixels"),
        (jpeg_header(8_000, 8_000), "is 8,000×8,000 pixels. At most 50 megapixels"),
        (webp_header(16_000, 16_000), "is 16,000×16,000 pixels. At most 4 megapixels"),
        (bytes(16 * 2**20 + 1), "more than 16 MB"),
        (png_header(9, 9)[:33] + chunk(b"tEXt") * 10_001, "in more than 10,000 pieces"),
        (b"GIF89a" + bytes(7) + b"!\xfe" + b"\1x" * 100_001, "in more than 100,000 pieces"),
        (b"\xff\xd8" + b"\xff\xfe\0\2" * 1_001, "a JPEG without pixels"),
        (jpeg_header(9, 9) + b"\xff\xda\0" * 30, "a JPEG in 31 passes"),
        (jpeg_header(9, 9, kind=0xC9), "a JPEG of the rare kind C9"),
        (encoded(Image.fromarray(PIXELS))[:120], "PNG of 20×12 pixels that breaks off"),
        (encoded(Image.fromarray(PIXELS), "JPEG")[:330], "breaks off|no picture"),
    ],
    ids=lambda given: given[:30] if isinstance(given, str) else "",
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
    encoded(Image.fromarray(PIXELS), "WEBP"),
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
