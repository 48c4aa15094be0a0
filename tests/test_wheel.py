"""The wheel that pip installs: all that the lab is made of, in an environment that has no checkout.

The environment takes PyTorch and the others from that of the tests, so that nothing is downloaded.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from PIL import Image

from nnlab.wire.modules import modules
from tests.browser.server import END_SECONDS, START_SECONDS, free_port
from tests.cli.conftest import picture
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.proof

SOURCES = (
    *("nnlab", "pages", "app.py", "setup.py", "pyproject.toml", "requirements.txt"),
    *("MANIFEST.in", "README.md", "LICENSE", ".streamlit/config.toml"),
)
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel, and a folder of somebody's that is empty at first."""

    wheel: Path
    bin: Path
    home: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / words[0]), *words[1:]],
            cwd=self.home, env=bare_environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip


def bare_environment() -> dict[str, str]:
    """Nothing that leads to the checkout, and none of the person's own settings."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NNLAB_", "STREAMLIT_", "PYTHON", "VIRTUAL_ENV"))
    }


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    source, built, home = folder / "source", folder / "built", folder / "home"
    for name in SOURCES:
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (REPOSITORY / name).is_dir():
            skipped = shutil.ignore_patterns("__pycache__")
            shutil.copytree(REPOSITORY / name, target, ignore=skipped)
        else:
            shutil.copyfile(REPOSITORY / name, target)
    quiet = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*PIP, "wheel", *quiet, "--wheel-dir", str(built), str(source)], check=True)
    (wheel,) = built.glob("*.whl")
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run(
        [
            *PIP,
            "--python",
            str(programs / "python"),
            "install",
            *quiet[:2],
            "--no-index",
            str(wheel),
        ],
        check=True,
    )
    (packages,) = environment.rglob("site-packages")
    (packages / "tests.pth").write_text(sysconfig.get_path("purelib") + "\n")
    shutil.rmtree(source)
    home.mkdir()
    return Installed(wheel, programs, home)


def test_the_wheel_holds_every_file_of_the_package_and_the_app(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as archive:
        held = {name for name in archive.namelist() if not name.endswith("/")}
    package = {
        path.relative_to(REPOSITORY).as_posix()
        for path in (REPOSITORY / "nnlab").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    app = [REPOSITORY / "app.py", *(REPOSITORY / "pages").glob("*.py")]
    app.append(REPOSITORY / ".streamlit" / "config.toml")
    beside = {f"nnlab/app/{path.relative_to(REPOSITORY).as_posix()}" for path in app}
    assert {name for name in held if not name.startswith("nnlab-")} == package | beside


def test_nothing_of_the_checkout_is_in_reach(installed: Installed) -> None:
    code = (
        "import nnlab, sys; print(nnlab.__file__); print('torch' in sys.modules); print(sys.path)"
    )
    done = installed.run("python", "-c", code)
    file, has_torch, path = done.stdout.splitlines()
    assert Path(file).is_relative_to(installed.bin.parent)
    assert has_torch == "False"
    assert str(REPOSITORY / "nnlab") not in path
    assert f"'{REPOSITORY}'" not in path


def test_the_command_trains_where_it_is_called_and_the_library_finds_it(
    installed: Installed,
) -> None:
    assert "spiral" in installed.run("nnlab", "recipes").stdout
    done = installed.run("nnlab", "train", "circle", "--set", "training.epochs=2")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert (installed.home / "runs" / said["run"]).is_dir()
    code = "import nnlab; run = nnlab.open(nnlab.runs()[0].id); print(run.result['train_loss'])"
    assert float(installed.run("python", "-c", code).stdout) == said["train_loss"]


def test_the_reader_that_ships_reads_a_digit(installed: Installed) -> None:
    from sklearn.datasets import load_digits

    file = installed.home / "digit.png"
    drawn: Image.Image = picture(1700, side=200, dark_on_light=True)
    drawn.save(file)
    done = installed.run("nnlab", "predict", "draw-ready", str(file))
    assert json.loads(done.stdout)["prediction"] == int(load_digits().target[1700]), done.stderr


@pytest.fixture
def served(installed: Installed) -> Iterator[tuple[str, int]]:
    """The lab as `nnlab` alone opens it: its address and process."""
    port = free_port()
    with (installed.home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [str(installed.bin / "nnlab"), "--port", str(port), "--no-browser"],
            cwd=installed.home, env=bare_environment(), stdin=subprocess.DEVNULL,
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + START_SECONDS
    family: list[psutil.Process] = []
    try:
        while True:
            try:
                fetch(f"{url}/_stcore/health")
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                log = installed.home / "server.log"
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
        yield url, process.pid
        family = psutil.Process(process.pid).children(recursive=True)
    finally:
        process.terminate()
        process.wait(END_SECONDS)
        for straggler in psutil.wait_procs(family, timeout=END_SECONDS)[1]:
            straggler.kill()


def fetch(url: str) -> tuple[str, str]:
    """The type and the text of an address."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def test_the_lab_opens_with_its_settings_its_pages_and_its_modules(
    installed: Installed, served: tuple[str, int]
) -> None:
    url, pid = served
    for page in ("", "/playground", "/runs"):
        kind, text = fetch(url + page)
        assert kind.startswith("text/html")
        assert "<title>" in text
    name = "stage.js"
    kind, text = fetch(f"{url}/web/any/{name}")
    assert kind.startswith("text/javascript")
    assert text == modules()[name].decode()
    listening = [
        connection.laddr.ip
        for connection in psutil.Process(pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]  # .streamlit/config.toml says so


def test_every_page_of_the_installed_lab_runs(installed: Installed) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from streamlit.testing.v1 import AppTest\n"
        "import nnlab\n"
        "app = Path(nnlab.__file__).parent / 'app'\n"
        "for page in sorted((app / 'pages').glob('*.py')):\n"
        "    if page.stem == 'class': continue\n"
        "    test = AppTest.from_file(str(app / 'app.py'), default_timeout=120).run()\n"
        "    test.switch_page(f'pages/{page.name}').run()\n"
        "    assert not test.exception and not test.error, (page, test.exception, test.error)\n"
        "    print(page.stem)\n"
    )
    done = installed.run("python", "-c", code)
    assert done.returncode == 0, done.stderr
    assert {"home", "playground", "draw", "runs"} <= set(done.stdout.split())
