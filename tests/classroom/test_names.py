"""Nicknames of whatever a person types: kept as text, cut, and shown as text in every place."""

import re
import unicodedata
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from nnlab.classroom.members import MAX_NAME, clean_name, free_name
from nnlab.errors import NnlabError
from nnlab.ui.words import plain
from nnlab.visible import END_ISOLATE, FIRST_ISOLATE, in_html

PIECES = (
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "&lt;b&gt;",
        "</style>",
        "javascript:",
    ),
    *("**bold**", "[a](http://evil.example)", "![](x)", "`code`", "$x^2$", ":red[text]", "# head"),
    *(
        "\u202e",
        "\u2066",
        "\u200f",
        "\u05d0\u05d1",
        "\u0645\u0631\u062d\u0628\u0627",
        "\u0000",
        "\x1b[31m",
        "\ud800",
    ),
    *(
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f1e9\U0001f1ea",
        "e\u0301",
        "\u0301" * 30,
        "\u200b",
        "\u00ad",
    ),
    *(
        "Anna",
        " ",
        "\n",
        "\t",
        "\u2028",
        "{name}",
        "%s",
        "../..",
        "'; DROP TABLE",
        "Zo\u00eb",
        "x" * 50,
    ),
)
anything = st.one_of(
    st.text(max_size=120),
    st.text(st.characters(codec=None), max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=2).map(lambda some: "".join(some) * 300),
)
MADE_TO_TURN = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
"""What turns the direction of the text around it (UAX 9, section 2)."""


def kept(received: str) -> str | None:
    """As a class keeps it; None where it is refused."""
    try:
        return clean_name(received)
    except NnlabError:
        return None


class _Reader(HTMLParser):
    """What a browser makes of HTML: tags, and the text between."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def without_isolates(text: str) -> str:
    return text.replace(FIRST_ISOLATE, "").replace(END_ISOLATE, "")


@given(anything)
def test_a_name_is_one_line_of_at_most_forty_visible_characters_or_refused(received: str) -> None:
    name = kept(received)
    if name is None:
        return
    assert 1 <= len(name) <= MAX_NAME
    assert name == name.strip() != ""
    assert "\n" not in name
    assert not MADE_TO_TURN.search(name)
    unseen = {unicodedata.category(one) for one in name if one not in "\u200c\u200d"}
    assert unseen.isdisjoint({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
    name.encode()  # no half of a surrogate: it can be sent and written
    assert kept(name) == name, "a name that is kept stays what it is"


@given(anything)
def test_a_name_in_html_is_its_own_text_and_no_tag(received: str) -> None:
    name = kept(received)
    if name is not None:
        found = read(f"<p>{in_html(name)}</p>")
        assert found.tags == ["p", "p"]
        assert without_isolates(found.text) == name
        # Within an attribute, too: no quote ends it.
        assert not {'"', "'", "<", ">"} & set(in_html(name))
        assert without_isolates(unescape(in_html(name))) == name


@given(anything)
def test_a_name_in_markdown_is_its_own_text_and_no_markup(received: str) -> None:
    name = kept(received)
    if name is not None:
        html = MarkdownIt("gfm-like", {"linkify": False}).render(plain(name))
        found = read(html.strip())
        assert found.tags == ["p", "p"], html
        shown = without_isolates(found.text).replace("\u2060", "")
        assert shown == " ".join(name.split())


@given(st.lists(anything.map(kept).filter(bool), min_size=2, max_size=12))
def test_no_two_members_have_the_same_name_however_often_it_is_taken(names: list[str]) -> None:
    taken: set[str] = set()
    for name in (*names, *names):
        free = free_name(name, taken)
        assert free not in taken
        assert 1 <= len(free) <= MAX_NAME
        assert free == name or re.fullmatch(r".* \d+", free)
        taken.add(free)


def test_ten_thousand_letters_are_cut_and_say_so() -> None:
    assert clean_name("x" * 10_000) == "x" * (MAX_NAME - 1) + "…"
    # A letter of several parts, 10,000 times, too: composed first, then cut.
    assert clean_name("e\u0301" * 10_000) == "é" * (MAX_NAME - 1) + "…"


@pytest.mark.parametrize(
    "nothing", ["", "   ", "\n\t", "\u200b\u200b", "\u202e", "\u2066\u2069", "\u0301"]
)
def test_a_name_of_which_nothing_can_be_seen_is_refused(nothing: str) -> None:
    with pytest.raises(NnlabError, match="1 to 40 letters"):
        clean_name(nothing)


@pytest.mark.parametrize(
    "name",
    ["Zoë", "Łukasz Żółć", "李小龙", "אבי", "مرحبا", "O'Brien-Smith", "Anna 2", "🦊", "👨‍👩‍👧"],
)
def test_names_of_people_stay_as_they_are(name: str) -> None:
    assert clean_name(f"  {name} ") == unicodedata.normalize("NFC", name)
