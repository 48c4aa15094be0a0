"""The pages of the site around those of the runs: the index, and the docs."""

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

import nnlab
from nnlab.visible import visible
from scripts.gallery.docs import as_html, documents

STYLE = Path(__file__).with_name("gallery.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Shown:
    """A recipe whose page is on the site."""

    title: str
    notice: str
    group: str
    figures: str
    address: str
    """Relative to the index."""
    size: int
    picture: str
    """A `data:` address; empty where there is none."""


@dataclass(frozen=True)
class Missing:
    """A recipe that is not, and why."""

    id: str
    why: str


def write_docs(markdown: Path, folder: Path) -> list[tuple[str, str]]:
    """Write the docs; their titles and addresses relative to the index."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = documents(markdown)
    found = []
    for name, text in texts.items():
        title, body = as_html(text, set(texts))
        address = f"docs/{Path(name).stem}.html"
        back = '<p><a href="../index.html">Gallery</a></p>'
        content = page(title or name, f'<main class="text">{back}{body}</main>')
        (folder / f"{Path(name).stem}.html").write_text(content, encoding="utf-8")
        found.append((title or name, address))
    return found


def index(shown: list[Shown], missing: list[Missing], docs: list[tuple[str, str]]) -> str:
    """The first page."""
    groups = "".join(
        f"<section><h2>{escape(group)}</h2><ul class='cards'>{''.join(map(_card, cards))}</ul>"
        "</section>"
        for group, cards in groupby(shown, lambda one: one.group)
    )
    lead = (
        "Networks that really learned, each in one file: play its training, ask it, look into it."
        " Nothing is fetched, so every page works offline, too. Save one and it is yours."
    )
    return page(
        "nnlab: gallery",
        f"<main><h1>nnlab: gallery</h1><p class='lead'>{lead}</p>{groups}{_docs(docs)}"
        f"{_missing(missing)}<footer>Made by nnlab {escape(nnlab.__version__)} with"
        " <code>make gallery</code>.</footer></main>",
    )


def page(title: str, body: str) -> str:
    """A page of the site, whose own policy lets it ask for nothing."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(visible(title))}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>{body}</body>\n</html>\n"
    )


def _card(one: Shown) -> str:
    image = f'<img src="{one.picture}" alt="">' if one.picture else ""
    return (
        f"<li class='card'>{image}<div><h3><a href=\"{escape(one.address)}\">"
        f"{escape(one.title)}</a></h3><p>{escape(one.notice)}</p>"
        f"<p class='figures'>{escape(one.figures)}</p><p>{one.size / 1000:,.0f} kB</p></div></li>"
    )


def _docs(docs: list[tuple[str, str]]) -> str:
    links = "".join(
        f'<li><a href="{escape(address)}">{escape(title)}</a></li>' for title, address in docs
    )
    return f"<section><h2>Documents</h2><ul>{links}</ul></section>" if docs else ""


def _missing(missing: list[Missing]) -> str:
    if not missing:
        return ""
    rows = "".join(
        f"<tr><th scope='row'><code>{escape(one.id)}</code></th><td>{escape(one.why)}</td></tr>"
        for one in missing
    )
    return (
        "<section><h2>Not here</h2><table><thead><tr><th>recipe</th><th>why</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></section>"
    )
