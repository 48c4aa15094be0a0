"""A zip of pictures: what is understood, and what is refused before it costs anything."""

import io
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest

from nnlab.data.pictures import archive
from nnlab.data.pictures.archive import InvalidPicturesError, list_archive, open_archive
from nnlab.data.pictures.reading import Reading, read_archive
from tests.data.zips import picture, two_classes, zipped


def read(files: dict[str, bytes]) -> Reading:
    return read_archive(zipped(files))


@pytest.mark.parametrize("top", ["", "my pictures/", "a/b/"])
def test_each_folder_is_a_class_also_within_others(top: str) -> None:
    found = read(two_classes(top=top))
    assert found.classes == ("cat", "dog")
    assert found.labels.tolist() == [0] * 4 + [1] * 4
    assert not found.refused


def test_what_systems_put_into_a_zip_is_passed_over() -> None:
    beside = {
        "__MACOSX/cat/._0.png": b"x",
        "cat/.DS_Store": b"x",
        "cat/Thumbs.db": b"x",
        ".git/config": b"x",
    }
    found = read(two_classes() | beside)
    assert found.classes == ("cat", "dog")
    assert not found.refused


def test_train_val_and_test_are_parts_where_all_have_the_same_classes() -> None:
    files = {
        f"set/{part}/{name}": content
        for part, count in (("train", 4), ("valid", 2), ("Test", 3))
        for name, content in two_classes(count).items()
    }
    found = read(files)
    assert found.classes == ("cat", "dog")
    assert [found.parts.count(part) for part in ("train", "val", "test")] == [8, 4, 6]


def test_parts_of_different_classes_are_refused_and_named() -> None:
    files = {f"train/{name}": one for name, one in two_classes().items()}
    with pytest.raises(InvalidPicturesError, match=r"train and test .*\(dog\)"):
        read(files | {"test/cat/1.png": picture()})


def test_classes_stand_in_the_order_of_numbers_and_of_the_alphabet() -> None:
    names = ("10", "9", "b", "A")
    found = read({f"{name}/{i}.png": picture() for name in names for i in range(2)})
    assert found.classes == ("9", "10", "A", "b")


def test_the_content_tells_what_a_file_is_not_its_name() -> None:
    files = {"cat/1.txt": picture(form="JPEG"), "cat/2.png": b"no picture", "dog/1.png": picture()}
    found = read(files)
    assert found.labels.tolist() == [0, 1]
    ((name, why),) = found.refused
    assert name == "cat/2.png"
    assert "no picture that can be read" in why


def test_a_picture_that_breaks_off_is_named_with_why() -> None:
    whole = picture(400, 300, "JPEG")
    found = read(two_classes() | {"cat/cut.jpg": whole[: len(whole) // 2]})
    ((name, why),) = found.refused
    assert name == "cat/cut.jpg"
    assert "breaks off" in why
    assert len(found.labels) == 8


def test_files_outside_of_the_folders_are_named() -> None:
    found = read(two_classes() | {"readme.png": picture()})
    assert found.refused == (("readme.png", "it lies in no folder of a class"),)


def test_names_are_texts_whatever_they_say() -> None:
    name = "<img src=x onerror=alert(1)>"
    files = two_classes() | {f"{name}/{i}.png": picture() for i in range(2)}
    assert read(files).classes == (name, "cat", "dog")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"../cat/1.png": b"", "dog/1.png": b""}, "outside the archive"),
        ({"/etc/cat/1.png": b"", "dog/1.png": b""}, "outside the archive"),
        ({"..\\cat\\1.png": b"", "dog/1.png": b""}, "outside the archive"),
        ({"C:/cat/1.png": b"", "dog/1.png": b""}, "outside the archive"),
        ({"cat/1.png": b""}, r"2 to 30 classes.*has 1 \(cat\)"),
        ({"1.png": b"", "2.png": b""}, "2 to 30 classes.*has 0"),
        ({f"{i}/1.png": b"" for i in range(31)}, "2 to 30 classes.*has 31"),
        ({"a" * 41 + "/1.png": b"", "b/1.png": b""}, "1 to 40 characters"),
        ({"Cat/1.png": b"", "cat/1.png": b""}, "Two folders are called 'Cat'"),
        ({"cat/" + "x" * 300: b"", "dog/1.png": b""}, "at most 300 characters"),
        ({f"cat/{i}": b"" for i in range(2001)}, "at most 2,000 pictures"),
        ({"cat/1.png": b"no", "dog/1.png": b"no"}, "Not one picture of 'cat' can be read"),
    ],
)
def test_an_archive_that_is_no_set_is_refused_with_why(files: dict[str, bytes], said: str) -> None:
    with pytest.raises(InvalidPicturesError, match=said):
        read(files)


def test_what_is_no_zip_is_refused() -> None:
    for content in (b"", b"PK\x03\x04", zipped(two_classes())[:-30], picture()):
        with pytest.raises(InvalidPicturesError, match="no zip that can be read"):
            read_archive(content)


def test_a_million_entries_are_refused_before_they_are_listed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as small:
        small.writestr("cat/1.png", b"")
    content = buffer.getvalue()
    start = content.index(archive.ENTRY)
    entry = content[start : content.index(b"PK\x05\x06")]
    many = content[:start] + entry * 1_000_000 + content[content.index(b"PK\x05\x06") :]
    tracemalloc.start()
    with pytest.raises(InvalidPicturesError, match="at most 2,000 pictures"):
        open_archive(many)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_a_file_that_unpacks_to_more_than_it_declares_is_left_out() -> None:
    """A megabyte of zeros, and a table that says a hundred bytes."""
    content = bytearray(zipped(two_classes() | {"cat/bomb.png": bytes(2**20)}))
    size = (2**20).to_bytes(4, "little")
    while (place := content.find(size)) >= 0:
        content[place : place + 4] = (100).to_bytes(4, "little")
    found = read_archive(bytes(content))
    ((name, why),) = found.refused
    assert name == "cat/bomb.png"
    assert "declares" in why or "unpacked" in why


def test_a_bomb_is_not_unpacked() -> None:
    """17 MB of zeros in 17 kB: more than a picture may have."""
    files = two_classes() | {"cat/bomb.png": bytes(17 * 2**20)}
    ((name, why),) = read(files).refused
    assert name == "cat/bomb.png"
    assert "16 MB is the most" in why


def test_pictures_of_too_many_pixels_are_left_out_before_they_are_decoded() -> None:
    """A PNG whose head says 60,000 by 60,000 pixels."""
    sizes = (60_000).to_bytes(4, "big") * 2
    head = b"IHDR" + sizes + bytes([8, 0, 0, 0, 0])
    bomb = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + head
    bomb += zlib.crc32(head).to_bytes(4, "big")
    bomb += bytes(4) + b"IDAT" + zlib.crc32(b"IDAT").to_bytes(4, "big")
    ((_name, why),) = read(two_classes() | {"dog/bomb.png": bomb}).refused
    assert "megapixels" in why


def test_more_work_than_may_be_ends_with_the_mend() -> None:
    clock = iter(np.arange(0, 100, 7.0))
    with pytest.raises(InvalidPicturesError, match=r"After 20 s of work 2 of 8 pictures"):
        read_archive(zipped(two_classes()), processor=lambda: float(next(clock)))


def test_a_password_and_rare_packing_are_named() -> None:
    content = bytearray(zipped(two_classes(), zipfile.ZIP_STORED))
    # The flag of a password, of the first entry (APPNOTE 4.4.4), in both places where it stands.
    for mark, offset in ((b"PK\x03\x04", 6), (archive.ENTRY, 8)):
        content[content.index(mark) + offset] |= 1
    ((name, why),) = read_archive(bytes(content)).refused
    assert name == "cat/0.png"
    assert "cannot be unpacked" in why
    packed = read_archive(zipped(two_classes(), zipfile.ZIP_STORED))
    assert len(packed.labels) == 8
    with pytest.raises(InvalidPicturesError, match=r"compression.* is not supported"):
        read_archive(zipped(two_classes(), zipfile.ZIP_LZMA))


def test_listing_unpacks_nothing() -> None:
    with open_archive(zipped({"cat/1": b"no", "dog/1": b"no"})) as opened:
        found = list_archive(opened)
    assert [one.name for one in found.listed] == ["cat/1", "dog/1"]
