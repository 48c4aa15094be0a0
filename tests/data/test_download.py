"""Downloads, from mirrors that are made up here: no test uses a network."""

import hashlib
import io
import os
import shutil
import time
import urllib.error
from dataclasses import replace
from pathlib import Path

import pytest

from nnlab.data import archives, download
from nnlab.data.published import SETS
from nnlab.data.torchvision_fix import torchvision_datasets
from nnlab.errors import DataUnavailableError

CONTENTS = [bytes([number]) * 200_000 for number in range(4)]
NAMES = [f"{name}.gz" for name in SETS["mnist"].idx_files()]
OURS = ("mnist", "fashion-mnist")
"""Those whose real files are at hand."""


class Mirrors:
    """Stands in for `urlopen`: serves files by name, and keeps the addresses asked for."""

    def __init__(self, files: dict[str, bytes | Exception]) -> None:
        self.files = files
        self.asked: list[str] = []

    def __call__(self, url: str, timeout: float) -> io.BytesIO:
        assert timeout > 0
        self.asked.append(url)
        answer = self.files.get(url) or self.files[url.rsplit("/", 1)[1]]
        if isinstance(answer, Exception):
            raise answer
        return io.BytesIO(answer)


class Breaking(io.BytesIO):
    """A mirror that goes silent after the first bytes."""

    def read(self, *_) -> bytes:
        if self.tell():
            raise TimeoutError("timed out")
        return super().read(1000)


@pytest.fixture
def small_archives(monkeypatch):
    """Four made-up archives in the place of MNIST's, from two mirrors."""
    published = torchvision_datasets().MNIST
    md5s = [hashlib.md5(content).hexdigest() for content in CONTENTS]
    monkeypatch.setattr(published, "resources", list(zip(NAMES, md5s, strict=True)))
    monkeypatch.setattr(published, "mirrors", ["http://first.invalid/", "http://second.invalid/"])
    small = replace(SETS["mnist"], archive_bytes=(200_000,) * 4, download_bytes=800_000)
    monkeypatch.setitem(SETS, "mnist", small)


def serve(monkeypatch, files) -> Mirrors:
    mirrors = Mirrors(files)
    monkeypatch.setattr(download, "urlopen", mirrors)
    return mirrors


def all_files() -> dict[str, bytes | Exception]:
    return dict(zip(NAMES, CONTENTS, strict=True))


def fetch(data_dir: Path) -> list[tuple[float, str]]:
    reports: list[tuple[float, str]] = []
    download.download("mnist", data_dir, lambda share, what: reports.append((share, what)))
    return reports


def test_the_sizes_known_here_are_those_of_the_files_torchvision_lists(datasets_dir):
    for published in (SETS[kind] for kind in OURS):
        resources = getattr(torchvision_datasets(), published.torchvision).resources
        assert [name for name, _ in resources] == NAMES
        for (name, md5), size in zip(resources, published.archive_bytes, strict=True):
            content = (datasets_dir / published.folder / name).read_bytes()
            assert (len(content), hashlib.md5(content).hexdigest()) == (size, md5)
        assert published.download_bytes == sum(published.archive_bytes)


def test_a_download_puts_every_file_in_its_place_and_tells_of_its_progress(
    small_archives, monkeypatch, tmp_path
):
    serve(monkeypatch, all_files())
    reports = fetch(tmp_path / "new")
    raw = tmp_path / "new" / "MNIST" / "raw"
    assert {path.name: path.read_bytes() for path in raw.iterdir()} == all_files()
    assert archives.is_available("mnist", tmp_path / "new")
    shares = [share for share, _ in reports]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1
    assert len(set(shares)) > 12
    assert any(NAMES[0] in what for _, what in reports)


def test_archives_that_are_here_need_no_network(datasets_dir, monkeypatch):
    mirrors = serve(monkeypatch, {})
    for kind in OURS:
        download.download(kind, datasets_dir, lambda share, what: None)
    assert mirrors.asked == []


def test_the_next_mirror_is_asked_where_the_first_fails(small_archives, monkeypatch, tmp_path):
    files = all_files()
    files[f"http://first.invalid/{NAMES[0]}"] = urllib.error.URLError("no route to host")
    files[f"http://first.invalid/{NAMES[1]}"] = b"<html>sign in to this network</html>"
    mirrors = serve(monkeypatch, files)
    fetch(tmp_path)
    assert f"http://second.invalid/{NAMES[0]}" in mirrors.asked
    assert archives.is_available("mnist", tmp_path)


def test_offline_says_what_is_missing_where_and_what_to_do(small_archives, monkeypatch, tmp_path):
    offline = urllib.error.URLError("Temporary failure in name resolution")
    serve(monkeypatch, dict.fromkeys(NAMES, offline))
    with pytest.raises(DataUnavailableError) as caught:
        fetch(tmp_path)
    said = str(caught.value)
    for part in (NAMES[0], str(tmp_path / "MNIST" / "raw"), "name resolution", "'digits'"):
        assert part in said
    assert "http://first.invalid/" in said
    assert "http://second.invalid/" in said


def test_a_broken_archive_is_named_and_fetched_anew(small_archives, monkeypatch, tmp_path):
    serve(monkeypatch, all_files())
    fetch(tmp_path)
    archive = tmp_path / "MNIST" / "raw" / NAMES[2]
    archive.write_bytes(b"half of it")
    mirrors = serve(monkeypatch, all_files())
    reports = fetch(tmp_path)
    assert mirrors.asked == [f"http://first.invalid/{NAMES[2]}"]
    assert archive.read_bytes() == CONTENTS[2]
    assert any(
        f"{NAMES[2]}: damaged" in what and "downloading again" in what for _, what in reports
    )


def test_a_connection_that_breaks_off_leaves_no_half_file(small_archives, monkeypatch, tmp_path):
    monkeypatch.setattr(download, "urlopen", lambda url, timeout: Breaking(CONTENTS[0]))
    with pytest.raises(DataUnavailableError, match="timed out"):
        fetch(tmp_path)
    assert list((tmp_path / "MNIST" / "raw").iterdir()) == []


def test_what_an_interrupted_download_left_behind_is_in_nobodys_way(
    small_archives, monkeypatch, tmp_path
):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    left = raw / f"{NAMES[0]}.abc.part"
    left.write_bytes(b"half")
    long_ago = time.time() - 2 * download.STALE
    os.utime(left, (long_ago, long_ago))
    running = raw / f"{NAMES[0]}.def.part"
    running.write_bytes(b"another process is at it")
    serve(monkeypatch, all_files())
    fetch(tmp_path)
    assert not left.exists()
    assert running.exists()
    assert archives.is_available("mnist", tmp_path)


def test_a_callback_that_stops_the_download_leaves_no_half_file(
    small_archives, monkeypatch, tmp_path
):
    serve(monkeypatch, all_files())

    def stop(share: float, what: str) -> None:
        if share > 0.1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download.download("mnist", tmp_path, stop)
    assert list((tmp_path / "MNIST" / "raw").iterdir()) == []


def test_a_directory_that_cannot_be_written_is_named(small_archives, monkeypatch, tmp_path):
    serve(monkeypatch, all_files())
    (tmp_path / "data").write_text("a file, where the directory should be")
    with pytest.raises(DataUnavailableError, match=r"cannot be stored.*data.*NNLAB_DATA_DIR"):
        fetch(tmp_path / "data")


def test_a_full_disk_is_named(small_archives, monkeypatch, tmp_path):
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    serve(monkeypatch, all_files())
    (tmp_path / "part").symlink_to(full)
    monkeypatch.setattr(download, "_temporary", lambda path: str(tmp_path / "part"))
    with pytest.raises(DataUnavailableError, match=r"No space left.*Free about .* MB"):
        fetch(tmp_path)


def test_a_kind_that_is_not_downloaded_is_named(tmp_path):
    with pytest.raises(DataUnavailableError, match=r"'digit'.*mnist, fashion-mnist"):
        download.download("digit", tmp_path, lambda share, what: None)


def test_availability_is_told_without_torchvision(tmp_path):
    shutil.rmtree(tmp_path / "none", ignore_errors=True)
    assert not download.is_available("mnist", tmp_path / "none")
