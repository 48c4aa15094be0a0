"""The modules of nnlab/web as one script, each after its needs, and the file that holds it."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnlab.errors import NnlabError
from nnlab.export.html import bundle as bundles
from nnlab.export.html.bundle import FOLDER, bundle
from nnlab.export.html.document import document

ENTRIES = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in (FOLDER / "file").glob("*.js")
    if 'getElementById("page")' in path.read_text() or "openPage" in path.read_text()
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of modules in place of nnlab/web."""
    monkeypatch.setattr(bundles, "FOLDER", tmp_path)
    bundle.cache_clear()
    yield tmp_path
    bundle.cache_clear()


def order(script: str) -> list[str]:
    """The modules in the order in which they stand."""
    return re.findall(r"^// nnlab/web/(\S+)$", script, re.MULTILINE)


def needs(name: str) -> set[str]:
    """What a module imports, read without the bundler: by Python's own path arithmetic."""
    found = re.findall(r'from "([^"]+)"', (FOLDER / name).read_text())
    home = (FOLDER / name).parent
    return {(home / one).resolve().relative_to(FOLDER).as_posix() for one in found}


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_script_holds_all_that_its_entry_needs_each_after_its_own_needs(entry: str) -> None:
    script = bundle(entry)
    names = order(script)
    assert names[-1] == entry
    assert len(names) == len(set(names))
    for place, name in enumerate(names):
        assert needs(name) <= set(names[:place]), name


@pytest.mark.parametrize("entry", ENTRIES)
def test_no_import_or_export_is_left_and_nothing_evaluates_text(entry: str) -> None:
    code = re.sub(r"/\*.*?\*/|^\s*//.*$", "", bundle(entry), flags=re.DOTALL | re.MULTILINE)
    assert re.findall(r"^\s*(?:import|export)\b.*$", code, re.MULTILINE) == []
    assert re.findall(r"\beval\(|new Function|\bimport\(", code) == []
    assert "</script" not in code.lower()


def test_renamed_and_passed_on_names_keep_their_meaning(folder: Path) -> None:
    (folder / "a.js").write_text("export const one = 1, other = 2;\nexport function two() {}\n")
    (folder / "b.js").write_text('export { one as first } from "./a.js";\n')
    (folder / "in").mkdir()
    (folder / "in" / "c.js").write_text(
        'import {\n  first,\n} from "../b.js";\n'
        'import { two as deux } from "../a.js";\ndeux(first);\n'
    )
    script = bundle("in/c.js")
    assert order(script) == ["a.js", "b.js", "in/c.js"]
    assert "const { two: deux } = module0;" in script
    assert "const { first } = module1;" in script


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('import x from "./b.js";', "import x from"),
        ('import * as x from "./b.js";', r"import \* as x"),
        ("export default 1;", "export default"),
        ("export let a = 1;", "export let"),
        ('const b = import("./b.js");', r'import\("./b.js"\)'),
        ("const a = import.meta.url;", "import.meta"),
        ('import { a } from "./gone.js";', "no module gone.js"),
        ('import { a } from "./a.js";', "a.js → a.js"),
        ('const a = "</script>";', "would end it"),
    ],
)
def test_what_cannot_be_bundled_is_named(folder: Path, source: str, said: str) -> None:
    (folder / "b.js").write_text("export const a = 1;\n")
    (folder / "a.js").write_text(f"{source}\n")
    with pytest.raises(NnlabError, match=said):
        bundle("a.js")


# The document ------------------------------------------------------------------------------------

NASTY = "</script><img src=x onerror=alert(1)> & \u2028 <!-- é"


@pytest.fixture
def page(folder: Path) -> str:
    (folder / "file").mkdir()
    (folder / "file" / "shell.css").write_text("p { color: red }\n")
    (folder / "file" / "x.js").write_text('document.title = "ŷ 🙂";\n')
    data = {"title": NASTY, "deep": [{"text": NASTY}]}
    return document(
        title=NASTY, entry="file/x.js", data=data, blobs={"weights": b"\0\xff<>"}
    ).decode()


def test_texts_of_people_end_nothing_and_come_back_as_they_were(page: str) -> None:
    assert "<img" not in page
    (held,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert json.loads(held) == {"title": NASTY, "deep": [{"text": NASTY}]}
    assert not set(held) & set("<>&\u2028")


def test_the_policy_names_the_hashes_of_the_only_script_and_style(page: str) -> None:
    def digest(text: str) -> str:
        return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert policy.startswith("default-src 'none'")
    assert f"script-src '{digest(script)}'" in policy
    assert f"style-src '{digest(style)}'" in policy
    assert "connect-src" not in policy
    assert "unsafe" not in policy


def test_the_file_is_ascii_so_that_no_encoding_changes_its_hashes(page: str) -> None:
    assert page.isascii()
    assert 'document.title = "\\u0177 \\ud83d\\ude42";' in page


def test_bytes_come_back_as_they_were(page: str) -> None:
    (held,) = re.findall(r'id="blob-weights">(.*?)</script>', page)
    assert base64.b64decode(held) == b"\0\xff<>"


def test_a_page_says_its_own_size(page: str) -> None:
    (said,) = re.findall(r'data-bytes="(\d+)"', page)
    assert int(said) == len(page.encode())


def test_a_page_that_would_be_too_large_says_what_else_to_take(folder: Path) -> None:
    (folder / "file").mkdir()
    (folder / "file" / "shell.css").write_text("")
    (folder / "file" / "x.js").write_text("\n")
    with pytest.raises(NnlabError, match=r"36 MB, .*safetensors"):
        document(title="", entry="file/x.js", data={}, blobs={"a": bytes(26 * 2**20)})
