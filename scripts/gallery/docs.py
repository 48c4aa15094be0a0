"""The project's Markdown as HTML, with links that lead somewhere."""

import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

OUTSIDE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def as_html(text: str, pages: set[str]) -> tuple[str, str]:
    """The title and the HTML of a Markdown text; HTML in it stays text.

    A link to another page of the docs (`x.md`) leads to its HTML; one that leads elsewhere in the
    repository, where the site has nothing, becomes its text alone.

    Args:
        text: CommonMark with tables.
        pages: the file names of the docs: `wire.md`.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    title = ""
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            said = tokens[place + 1].content.replace("`", "")
            title = title or said
            token.attrSet("id", slug(said))
        if token.type == "inline" and token.children:
            token.children = _links(token.children, pages)
    return title, parser.renderer.render(tokens, parser.options, {})


def slug(heading: str) -> str:
    """As GitHub names a heading: lower case, hyphens for spaces, no signs."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _links(children: list[Token], pages: set[str]) -> list[Token]:
    kept: list[Token] = []
    open_ones: list[bool] = []
    for token in children:
        if token.type == "link_open":
            target = _target(str(token.attrGet("href") or ""), pages)
            open_ones.append(target is not None)
            if target is None:
                continue
            token.attrSet("href", target)
        elif token.type == "link_close" and not open_ones.pop():
            continue
        elif token.type == "image":
            token = Token("text", "", 0, content=token.content)
        kept.append(token)
    return kept


def _target(href: str, pages: set[str]) -> str | None:
    if OUTSIDE.match(href) or href.startswith("#"):
        return href
    path, hash_, anchor = unquote(href).partition("#")
    name = PurePosixPath(path).name
    if name in pages and path in (name, f"./{name}", f"docs/{name}"):
        return f"{PurePosixPath(name).stem}.html{hash_}{anchor}"
    return None


def documents(folder: Path) -> dict[str, str]:
    """The Markdown of each page of the docs by its file name, in the alphabet's order."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}
