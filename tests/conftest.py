"""What all tests share: a home of their own for files, the real data sets, a browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import torch
from playwright.sync_api import Browser, sync_playwright

from benchmarks import _pen_strokes as pen_strokes
from benchmarks._pen_strokes import PenDigit
from nnlab.data import images
from nnlab.data.published import WITH_STROKES
from nnlab.errors import DataUnavailableError
from tests.chromium import ARGUMENTS, MISSING, find_chromium

REPOSITORY = Path(__file__).resolve().parent.parent

IMAGE_FOLDERS = ("MNIST/raw", "FashionMNIST/raw")

DATA_FROM_OUTSIDE = os.environ.get("NNLAB_DATA_DIR")
"""Where `.ci/run` put the data sets; read before the tests get directories of their own."""


def cannot_run(reason: str) -> NoReturn:
    """Skips the test and says why. Under CI it fails: there, nothing may go unproved."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason} (a failure because CI is set)")
    pytest.skip(reason)


@pytest.fixture(autouse=True)
def runs_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory for runs: no test writes into the working tree."""
    path = tmp_path / "runs"
    monkeypatch.setenv("NNLAB_RUNS_DIR", str(path))
    return path


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory for data sets: no test reads what happens to be downloaded here."""
    path = tmp_path / "data"
    monkeypatch.setenv("NNLAB_DATA_DIR", str(path))
    return path


@pytest.fixture(autouse=True)
def settings_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """The person's own NNLAB_MAX_RUNS and the like do not reach the tests."""
    for name in (
        *("NNLAB_MAX_RUNS", "NNLAB_MAX_DISK", "NNLAB_DISK_EACH", "NNLAB_WORKER_MEMORY"),
        *("NNLAB_DEVICE", "NNLAB_SHARE", "NNLAB_RUNS_EACH", "NNLAB_RUN_MINUTES"),
        *("NNLAB_CLASS", "NNLAB_CLASS_LECTURERS", "NNLAB_PUBLIC_URL"),
        *("NNLAB_ENGINE", "RAY_ADDRESS", "NNLAB_RUNS_A_CORE", "NNLAB_RUNS_A_GPU"),
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def one_torch_thread() -> None:
    """Each test starts with one thread, whatever the one before has set."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def datasets_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the real MNIST and Fashion-MNIST, laid out as in NNLAB_DATA_DIR.

    `MNIST/raw/*.gz` and `FashionMNIST/raw/*.gz`, four files each. For tests that only read; one
    that breaks files makes a copy first.
    """
    places = [Path(DATA_FROM_OUTSIDE)] if DATA_FROM_OUTSIDE else []
    places.append(REPOSITORY.parent / "shared" / "datasets")
    for place in places:
        archives = {folder: sorted((place / folder).glob("*.gz")) for folder in IMAGE_FOLDERS}
        if all(len(files) == 4 for files in archives.values()):
            return _copied(archives, tmp_path_factory.mktemp("datasets"))
    looked = " and ".join(str(place) for place in places)
    cannot_run(f"MNIST and Fashion-MNIST are not here: looked in {looked}")


def _copied(archives: dict[str, list[Path]], home: Path) -> Path:
    for folder, files in archives.items():
        (home / folder).mkdir(parents=True)
        for file in files:
            shutil.copyfile(file, home / folder / file.name)
    return home


@pytest.fixture(scope="session")
def pen_digits() -> list[PenDigit]:
    """Every tenth of the 7,494 digits that a real pen wrote."""
    places = [Path(DATA_FROM_OUTSIDE)] if DATA_FROM_OUTSIDE else []
    places.append(REPOSITORY.parent / "shared" / "datasets")
    try:
        return pen_strokes.read(pen_strokes.find(*places))[::10]
    except DataUnavailableError as error:
        cannot_run(str(error))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of a Chromium or Chrome that starts."""
    path = find_chromium()
    if path is None:
        cannot_run(MISSING)
    return path


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Chromium without a window. One for all: Playwright starts once in a thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=ARGUMENTS, chromium_sandbox=False
        )
        yield browser
        browser.close()


@pytest.fixture
def few_strokes(monkeypatch: pytest.MonkeyPatch) -> int:
    """The kinds with drawn digits have 300 of these, drawn in no time. Returns how many."""
    for kind, base in WITH_STROKES.items():
        published, test = images.COUNTS[base]
        monkeypatch.setitem(images.COUNTS, kind, (published + 300, test))
    return 300
