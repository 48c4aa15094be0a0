"""Text from outside shows all that it is, on a page, in a chart and in a message."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from nnlab.visible import LONGEST, STAND_IN, in_html, visible, without_folders


@pytest.mark.parametrize(
    "unseen",
    ["\0", "\x1b", "\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\ufeff", "\u2028", "\ud800"],
)
def test_what_cannot_be_seen_has_a_mark_in_its_place(unseen: str) -> None:
    shown = visible(f"file{unseen}gpj.exe")
    assert shown == f"file{STAND_IN}gpj.exe"
    shown.encode("utf-8")  # a half of a surrogate has no bytes


@pytest.mark.parametrize(
    "text", ["", "spiral · 8-8 tanh", "a\tb\nc", "é ü 日本 שלום", "👩\u200d🔬", "می\u200cخواهم"]
)
def test_what_can_be_seen_stays(text: str) -> None:
    assert visible(text) == text


def test_a_text_without_an_end_is_cut() -> None:
    assert len(visible("x" * 10**6)) == LONGEST
    assert visible("x" * 10**6).endswith("x…")


@pytest.mark.parametrize(
    "text",
    [
        "<script>a</script>",
        "<img src=x onerror=a>",
        "' onclick='a",
        '" x="',
        "&lt;b&gt;",
        "<a href",
    ],
)
def test_html_reads_it_as_text_and_nothing_else(text: str) -> None:
    class Reader(HTMLParser):
        seen = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert (tag, len(attrs)) == ("i", 1), f"{tag} came out of the text"
            assert dict(attrs)["title"] == text

        def handle_data(self, data: str) -> None:
            self.seen += data

    reader = Reader()
    reader.feed(f"<i title='{in_html(text)}'>{in_html(text)}</i>")
    reader.close()
    assert reader.seen == text


def test_a_script_from_right_to_left_turns_nothing_around_it() -> None:
    assert in_html("שלום") == "\u2068שלום\u2069"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/srv/my lab/runs/a/meta.json cannot be read", "runs/a/meta.json cannot be read"),
        (
            "[Errno 13] Permission denied: '/home/max/x.csv'",
            "[Errno 13] Permission denied: '…/x.csv'",
        ),
        ("in /usr/lib/python3/torch.so and /opt/a/b.", "in …/torch.so and …/b."),
        (r"C:\Users\max\x.csv", "…/x.csv"),
        ("open /playground?x=1", "open /playground?x=1"),
        (
            "https://example.org/a/b and train/validation",
            "https://example.org/a/b and train/validation",
        ),
        ("runs/a/meta.json", "runs/a/meta.json"),
    ],
)
def test_where_a_file_lies_is_left_out(text: str, left: str) -> None:
    assert without_folders(text, [Path("/srv/my lab/runs")]) == left
