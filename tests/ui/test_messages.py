"""A message on a page shows what somebody else wrote as it stands, and no folder of the server."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.errors import NnlabError
from nnlab.ui.messages import as_it_stands, marked
from nnlab.ui.words import JOINER, plain
from tests.texts import files_in

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "nnlab"
DOOR = "ui/messages.py"
MESSAGES = {"error", "warning", "info", "success", "toast", "exception"}
MARKS = re.compile(r"(?<!\\)(?:\\\\)*[`*\[\]$~<>#|]")
"""A mark of Markdown that no backslash stands before."""

HOSTILE = (
    "![x](http://stranger.example/y.png)",
    "[link](javascript:alert(1))",
    "<script>alert(1)</script>",
    "<img src=http://stranger.example/x>",
    "http://stranger.example www.stranger.example me@stranger.example",
    ":red[a] :red-background[b] :smile: :+1: :material/home: :streamlit:",
    "$\\frac{1}{2}$ $$x$$ `code` **bold** __bold__ ~~gone~~",
    "# head",
    "> quote",
    "- item",
    "1. item",
    "---",
    "===",
    "| a | b |\n|---|---|\n| c | d |",
    "note[^1]\n\n[^1]: http://stranger.example",
    "&lt;b&gt; &#60;",
    "    code",
    "back\\slash \\*",
    "a\x00b\u202ec\u2066d\u200be\ud800",
    "x" * 100_000,
)


def calls_of_messages(path: Path) -> list[int]:
    """The lines on which a file calls one of Streamlit's functions for messages, or names it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in MESSAGES
        and (id(node) in called or ast.unparse(node.value) in {"st", "streamlit"})
        and ast.unparse(node.value) != "logger"
    )


PAGES = [*files_in(PACKAGE / "ui"), *files_in(REPOSITORY / "pages"), REPOSITORY / "app.py"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_nobody_calls_what_shows_a_message_but_the_door(path: Path) -> None:
    if path != PACKAGE / DOOR:
        assert calls_of_messages(path) == [], f"say it by {DOOR}"


def test_the_search_finds_a_message_past_the_door(tmp_path: Path) -> None:
    file = tmp_path / "page.py"
    file.write_text(
        "import streamlit as st\n"
        'st.error("a")\n'
        'st.container().warning("b")\n'
        "show = st.info\n"
        "left, right = st.columns(2)\n"
        'left.success("c")\n'
        "logger.error(1)\n"
        "print(download.error)\n"
    )
    assert calls_of_messages(file) == [2, 3, 4, 6]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_mark_of_a_strangers_is_left(text: str) -> None:
    shown = plain(text)
    shown.encode("utf-8")
    assert MARKS.search(shown.replace("\\\\", "")) is None
    assert "\n" not in shown
    assert not re.search(r"https?://|www\.|\w@\w|:\w+:|:material/|:red", shown)
    assert not re.match(r"\s|[-+=]|\d+[.)]", shown)
    assert len(shown) <= 4_100


@pytest.mark.parametrize("text", HOSTILE[:-3])
def test_a_reader_sees_the_very_text(text: str) -> None:
    """Without the backslashes that Markdown takes away, and without what has no width."""
    seen = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", plain(text)).replace(JOINER, "")
    assert seen == " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_the_values_of_a_template_are_escaped_and_the_template_is_not(text: str) -> None:
    said = marked("**It failed.** {error}", error=NnlabError(text))
    assert said.startswith("**It failed.** ")
    rest = said.removeprefix("**It failed.** ")
    assert rest == as_it_stands(NnlabError(text))
    assert MARKS.search(rest.replace("\\\\", "")) is None


def test_numbers_are_formatted_and_what_was_marked_stays() -> None:
    code = marked("`{loss!r}`", loss=0.5)
    assert marked("{n:,} run: {code}", "{n:,} runs: {code}", n=1200, code=code) == (
        "1,200 runs: `0.5`"
    )


def test_lines_of_a_message_stay_lines() -> None:
    assert as_it_stands("a:\n- b\n\n# c") == "a:  \n\\- b  \n  \n\\# c"


@pytest.mark.parametrize("level", ["error", "warning", "info", "success", "toast"])
@pytest.mark.usefixtures("quiet_server")
def test_every_level_escapes(level: str, runs_dir: Path) -> None:
    def page(level: str, where: str) -> None:
        from nnlab.errors import NnlabError
        from nnlab.ui.messages import marked, say

        say(level, marked("**Ours**"), NnlabError(f"![x](y) in {where}/a/meta.json"), "")  # ty: ignore

    test = AppTest.from_function(page, args=(level, str(runs_dir.resolve()))).run(timeout=30)
    elements: list[Any] = list(test.get(level))
    assert [element.value for element in elements] == [
        f"**Ours** !\\[x\\](y) in {runs_dir.name}/a/meta.json"
    ]
