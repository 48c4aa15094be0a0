"""Kept drawings, frozen sets, and archives that are taken whole or not at all."""

import io
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from nnlab.data import handwriting, handwriting_zip
from nnlab.data.handwriting import drawings, freeze, keep, read, read_frozen, remove
from nnlab.data.handwriting_zip import InvalidArchiveError, export, take
from nnlab.errors import DataUnavailableError, NnlabError


def picture(seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random((28, 28), np.float32)


def keep_some(data_dir: Path, number: int = 5) -> None:
    for seed in range(number):
        keep(picture(seed), seed % 10, data_dir)


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return buffer.getvalue()


def png(width: int = 28, height: int = 28, ink: int = 255) -> bytes:
    image = np.zeros((height, width), np.uint8)
    image[height // 4 : height // 2, width // 3 : width // 2] = ink
    return handwriting.as_png(image)


def test_a_kept_drawing_comes_back_to_a_grey_level_with_its_label(data_dir: Path) -> None:
    keep(picture(1), 7, data_dir)
    keep(picture(2), 0, data_dir)
    pictures, labels = read(drawings(data_dir))
    assert labels.tolist() == [7, 0]
    assert np.abs(pictures / 255 - np.stack([picture(1), picture(2)])).max() <= 0.5 / 255 + 1e-6


def test_thirty_people_keep_drawings_at_once_and_none_is_lost(data_dir: Path) -> None:
    people = [threading.Thread(target=keep_some, args=(data_dir,)) for _ in range(30)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(drawings(data_dir)) == 150
    assert len(read(drawings(data_dir))[1]) == 150


def test_a_removed_drawing_is_gone_and_may_be_removed_twice(data_dir: Path) -> None:
    keep_some(data_dir)
    first, *rest = drawings(data_dir)
    remove([first])
    remove([first])
    assert drawings(data_dir) == rest


def test_a_frozen_set_stays_as_it_was_while_drawings_come_and_go(data_dir: Path) -> None:
    keep_some(data_dir)
    then = read(drawings(data_dir))
    name = freeze(drawings(data_dir), data_dir)
    assert handwriting.count(name) == 5
    keep(picture(9), 9, data_dir)
    assert freeze(drawings(data_dir), data_dir) != name
    remove(drawings(data_dir))
    for held, was in zip(read_frozen(name, data_dir), then, strict=True):
        assert np.array_equal(held, was)


def test_the_same_drawings_have_the_same_name_on_another_server(
    data_dir: Path, tmp_path: Path
) -> None:
    keep_some(data_dir)
    take(export(drawings(data_dir)), tmp_path / "other")
    assert freeze(drawings(data_dir), data_dir) == freeze(
        drawings(tmp_path / "other"), tmp_path / "other"
    )


def test_a_frozen_set_that_is_absent_or_altered_is_a_message(data_dir: Path) -> None:
    with pytest.raises(DataUnavailableError, match="not on this server"):
        read_frozen("120-0123456789abcdef", data_dir)
    with pytest.raises(NnlabError, match=r"got '\.\./x'"):
        read_frozen("../x", data_dir)
    keep_some(data_dir)
    name = freeze(drawings(data_dir), data_dir)
    (file,) = (data_dir / handwriting.FROZEN).glob("*.npz")
    np.savez_compressed(file, pictures=np.zeros((5, 28, 28), np.uint8), labels=np.arange(5))
    with pytest.raises(DataUnavailableError, match="not what its name says"):
        read_frozen(name, data_dir)
    file.write_bytes(b"no archive")
    with pytest.raises(DataUnavailableError, match="damaged"):
        read_frozen(name, data_dir)


def test_an_empty_set_cannot_be_frozen(data_dir: Path) -> None:
    with pytest.raises(NnlabError, match="No drawing is kept yet"):
        freeze([], data_dir)


def test_a_folder_that_cannot_be_written_is_a_message(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "handwriting").write_text("a file where the folder should be")
    with pytest.raises(NnlabError, match="cannot be kept"):
        keep(picture(1), 1, data_dir)


def test_a_picture_of_another_size_goes_the_way_of_a_drawing(data_dir: Path) -> None:
    assert take(archive({"a.png": png(200, 300), "labels.csv": b"file,label\na.png,1\n"}), data_dir)
    (pixels,), _ = read(drawings(data_dir))
    rows = np.flatnonzero(pixels.max(axis=1) > 64)
    assert len(rows) == 20  # MNIST's longer side
    centre = (np.arange(28) * pixels.sum(axis=1)).sum() / pixels.sum()
    assert abs(centre - 13.5) <= 1


REFUSED = {
    "no zip": (b"hello", "no zip"),
    "no table": (archive({"a.png": png()}), "labels.csv is missing"),
    "another header": (archive({"labels.csv": b"name,digit\n"}), "begin with the row file,label"),
    "no rows": (archive({"labels.csv": b"file,label\n"}), "1 to 1,500 drawings, this one 0"),
    "a letter": (archive({"a.png": png(), "labels.csv": b"file,label\na.png,x\n"}), "Row 2"),
    "two digits": (archive({"a.png": png(), "labels.csv": b"file,label\na.png,12\n"}), "Row 2"),
    "a file too few": (archive({"labels.csv": b"file,label\na.png,1\n"}), "not in the archive"),
    "a file too many": (
        archive({"a.png": png(), "b.png": png(), "labels.csv": b"file,label\na.png,1\n"}),
        "b.png has no row",
    ),
    "named twice": (
        archive({"a.png": png(), "labels.csv": b"file,label\na.png,1\na.png,2\n"}),
        "a second time",
    ),
    "outside": (
        archive({"../a.png": png(), "labels.csv": b"file,label\n../a.png,1\n"}),
        "outside",
    ),
    "absolute": (
        archive({"/a.png": png(), "labels.csv": b"file,label\n/a.png,1\n"}),
        "outside",
    ),
    "no PNG": (archive({"a.png": b"GIF89a", "labels.csv": b"file,label\na.png,1\n"}), "no PNG"),
    "cut off": (
        archive({"a.png": png()[:60], "labels.csv": b"file,label\na.png,1\n"}),
        "cannot be read",
    ),
    "empty picture": (
        archive({"a.png": png(50, 50, 0), "labels.csv": b"file,label\na.png,1\n"}),
        "is empty",
    ),
    "no text": (archive({"labels.csv": b"\xff\xfe\x00"}), "no CSV"),
}


@pytest.mark.parametrize(("content", "says"), REFUSED.values(), ids=REFUSED)
def test_an_archive_that_is_not_what_it_claims_is_refused_and_changes_nothing(
    content: bytes, says: str, data_dir: Path
) -> None:
    keep_some(data_dir, 2)
    before = drawings(data_dir)
    with pytest.raises(InvalidArchiveError, match=says):
        take(content, data_dir)
    assert drawings(data_dir) == before


def test_one_bad_picture_refuses_the_good_ones_too(data_dir: Path) -> None:
    labels = b"file,label\na.png,1\nb.png,2\n"
    with pytest.raises(InvalidArchiveError, match=r"b\.png"):
        take(archive({"a.png": png(), "b.png": b"?", "labels.csv": labels}), data_dir)
    assert drawings(data_dir) == []


def test_a_zip_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(data_dir: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.png", bytes(handwriting_zip.MOST_BYTES + 1))
        made.writestr("labels.csv", "file,label\na.png,1\n")
    with pytest.raises(InvalidArchiveError, match="Unpacked it has"):
        take(buffer.getvalue(), data_dir)


def test_a_small_png_of_a_huge_picture_is_refused_by_its_header(data_dir: Path) -> None:
    buffer = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(buffer, "PNG")
    labels = b"file,label\na.png,1\n"
    with pytest.raises(InvalidArchiveError, match="100,000,000 pixels"):
        take(archive({"a.png": buffer.getvalue(), "labels.csv": labels}), data_dir)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({f"{i}.png": b"" for i in range(4_001)}, "holds 1 to 1,500 drawings"),
        ({f"{i}.png": png(30, 30) for i in range(101)}, "101 of its pictures are not of 28×28"),
        ({"labels.csv": b"file,label\n" + b"\n" * 200_000}, "labels.csv has 200,011 bytes"),
        ({"x" * 101: b""}, "101: 'xxx.*xx…'"),
    ],
    ids=["entries", "other sizes", "labels", "a long name"],
)
def test_an_archive_is_refused_before_what_is_too_much_is_unpacked(files, says, data_dir) -> None:
    rows = "".join(f"{name},1\n" for name in files)
    with pytest.raises(InvalidArchiveError, match=says):
        take(archive({"labels.csv": f"file,label\n{rows}".encode(), **files}), data_dir)


def test_a_slow_way_of_packing_is_refused(data_dir: Path) -> None:
    """20 MB of bzip2 take seconds."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as made:
        made.writestr("labels.csv", "file,label\na.png,1\n")
    with pytest.raises(InvalidArchiveError, match=r"compression.* is not supported"):
        take(buffer.getvalue(), data_dir)


def test_a_directory_of_files_that_points_before_the_archive_is_refused(data_dir: Path) -> None:
    content = bytearray(archive({"a.png": png(), "labels.csv": b"file,label\na.png,1\n"}))
    content[-7] = 0xFF  # the high byte of where the central directory begins
    content[-8] = 0xFF
    with pytest.raises(InvalidArchiveError, match="no zip"):
        take(bytes(content), data_dir)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.integers(0, 400))
def test_any_damage_gives_drawings_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: int, cut: int
) -> None:
    data_dir = tmp_path_factory.mktemp("damaged")
    content = bytearray(
        archive(
            {"a.png": png(), "b.png": png(40, 60), "labels.csv": b"file,label\na.png,1\nb.png,2"}
        )
    )
    content[place % len(content)] = byte
    damaged = bytes(content[: len(content) - cut])
    try:
        taken = take(damaged, data_dir)
    except InvalidArchiveError:
        taken = 0
    assert len(drawings(data_dir)) == taken
