"""`/web`: the modules, under an address that is another whenever one of them is."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette

from nnlab.wire import modules
from nnlab.wire.web import web_routes
from tests.wire.asgi import get

WEB = Path(__file__).parents[2] / "nnlab" / "web"
IMPORT = re.compile(r"""^import\s.*?from\s+"([^"]+)";|\bimport\("([^"]+)"\)""", re.MULTILINE)


@pytest.fixture
def app() -> Starlette:
    return Starlette(routes=web_routes())


@pytest.fixture
def other_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The modules are those of this folder; ask `forget` after each change."""
    monkeypatch.setattr(modules, "FOLDER", tmp_path)
    monkeypatch.setattr(modules, "LIBRARY", tmp_path / "plotly.min.js")
    (tmp_path / "plotly.min.js").write_text("library")
    (tmp_path / "one.js").write_text("1;")
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    for remembered in (modules.modules, modules.digest, modules.compressed):
        remembered.cache_clear()


def test_a_module_is_javascript_that_a_browser_keeps_for_good(app: Starlette) -> None:
    answer = get(app, modules.address("components/chart.js"))
    assert answer.status == 200
    assert answer.body == (WEB / "components/chart.js").read_bytes()
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_plotly_is_among_them_and_comes_compressed_to_whom_can_read_that(app: Starlette) -> None:
    place = modules.address("plotly.min.js")
    plain, packed = get(app, place), get(app, place, accept_encoding="gzip, br")
    assert len(plain.body) > 4e6
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert len(packed.body) < len(plain.body) / 3
    assert gzip.decompress(packed.body) == plain.body


def test_an_older_address_has_what_there_is_now_and_is_not_kept(app: Starlette) -> None:
    answer = get(app, "/web/0123456789abcdef/texts.js")
    assert answer.status == 200
    assert answer.body == (WEB / "texts.js").read_bytes()
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "name",
    ["none.js", "", "../ui/style.css", "components/../../ui/style.css", "/etc/passwd", "stage"],
)
def test_nothing_else_is_handed_out(app: Starlette, name: str) -> None:
    assert get(app, f"/web/{modules.digest()}/{name}").status == 404


def test_the_address_is_another_when_a_module_is_another_comes_or_goes(other_folder: Path) -> None:
    seen = [modules.address("one.js")]
    for change in (
        lambda: (other_folder / "one.js").write_text("2;"),
        lambda: (other_folder / "two.js").write_text("2;"),
        lambda: (other_folder / "two.js").unlink(),
        lambda: (other_folder / "plotly.min.js").write_text("another library"),
    ):
        change()
        forget()
        seen.append(modules.address("one.js"))
    assert seen[1] == seen[3], "the same files have the same address"
    assert len(set(seen)) == 4


def test_what_is_served_is_what_the_digest_was_made_of(other_folder: Path) -> None:
    place = modules.address("one.js")
    (other_folder / "one.js").write_text("written while the server runs")
    assert get(Starlette(routes=web_routes()), place).body == b"1;"


@pytest.mark.parametrize("base", ["lab", "/lab/", "a/b"])
def test_all_of_it_stands_below_the_base_path(base: str) -> None:
    place = modules.address("texts.js", base)
    assert place.startswith(f"/{base.strip('/')}/web/")
    assert get(Starlette(routes=web_routes(base)), place).status == 200


def test_a_component_asks_for_a_module_that_exists() -> None:
    with pytest.raises(KeyError, match=r"chart\.js"):
        modules.address("chart.js")


@pytest.mark.parametrize("path", sorted(WEB.rglob("*.js")), ids=lambda path: path.name)
def test_whatever_a_module_imports_is_there(app: Starlette, path: Path) -> None:
    own = modules.address(path.relative_to(WEB).as_posix())
    for names in IMPORT.findall(path.read_text("utf-8")):
        name = "".join(names)
        assert name.startswith("."), f"{name} is no path that is relative to the module"
        assert get(app, urljoin(own, name)).status == 200, name


def test_the_search_for_imports_finds_them() -> None:
    chart = (WEB / "components/chart.js").read_text("utf-8")
    assert "../plotly.min.js" in {"".join(names) for names in IMPORT.findall(chart)}
    network = (WEB / "components/network.js").read_text("utf-8")
    assert "../payload.js" in {"".join(names) for names in IMPORT.findall(network)}
