"""The page on which one joins: plain HTML that needs no script, for phones first."""

from html import escape

from nnlab.classroom.classroom import CODE_LENGTH
from nnlab.classroom.members import MAX_NAME
from nnlab.texts import _
from nnlab.visible import in_html, visible

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --page: #f4f6f8; --card: #fff;
  --line: #8c959f; --blue: #0877bd; --bad: #a40e26; --bad-ground: #ffebe9; }
@media (prefers-color-scheme: dark) { :root { --ink: #f0f3f6; --soft: #a9b4bf; --page: #0e1117;
  --card: #1a1f27; --line: #6e7985; --blue: #1d82c4; --bad: #ffb3ad; --bad-ground: #4b1518; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center;
  padding: 1.25rem; background: var(--page); color: var(--ink);
  font: 1.0625rem/1.5 "Source Sans", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { width: 100%; max-width: 26rem; padding: 1.75rem; background: var(--card);
  border-radius: 14px; box-shadow: 0 1px 3px #0003, 0 8px 30px #00000014; }
.lab { margin: 0; color: var(--soft); font-weight: 600; letter-spacing: 0.04em; }
h1 { margin: 0.1rem 0 1.25rem; font-size: 1.75rem; line-height: 1.2; }
label { display: block; margin: 0 0 1rem; font-weight: 600; }
input { display: block; width: 100%; margin-top: 0.3rem; padding: 0.7rem 0.8rem; font: inherit;
  font-size: 1.125rem; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: 8px; }
input[name="code"] { font: 600 1.6rem/1.3 ui-monospace, "Source Code Pro", Menlo, Consolas,
  monospace; letter-spacing: 0.25em; text-transform: uppercase; }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--blue);
  outline-offset: 2px; }
button { width: 100%; padding: 0.8rem; font: inherit; font-size: 1.125rem; font-weight: 600;
  color: #fff; background: var(--blue); border: 0; border-radius: 8px; cursor: pointer; }
button:hover { filter: brightness(1.08); }
[role="alert"] { margin: 0 0 1.25rem; padding: 0.7rem 0.9rem; color: var(--bad);
  background: var(--bad-ground); border-radius: 8px; overflow-wrap: anywhere; }
p, ul { color: var(--soft); } .kept { margin: 1.25rem 0 0; font-size: 0.9375rem; }
a { color: var(--blue); } @media (prefers-color-scheme: dark) { a { color: #4aa8e0; } }
"""


def join_page(
    action: str,
    code: str = "",
    name: str = "",
    message: str = "",
    *,
    is_member: bool = False,
    login: str = "",
) -> str:
    """The form, as one HTML document.

    Args:
        action: the address that it is sent to.
        code: what stands in its first field.
        name: what stands in its second.
        message: what was wrong; empty: nothing.
        is_member: the reader is in the class already, and takes another name.
        login: the address at which a lecturer signs in; empty: there is none.
    """
    title = _("Your nickname in the class") if is_member else _("Join the class")
    alert = f'<p role="alert" id="wrong">{in_html(message)}</p>' if message else ""
    described = ' aria-describedby="wrong"' if message else ""
    first, second = ("", " autofocus") if code and not message else (" autofocus", "")
    code_field = (
        f'<label>{in_html(_("Code of the class"))}<input name="code" value="{_attribute(code)}"'
        f' required maxlength="{2 * CODE_LENGTH}" autocomplete="off" autocapitalize="characters"'
        f' spellcheck="false"{first}{described}></label>'
    )
    name_field = (
        f'<label>{in_html(_("Nickname"))}<input name="name" value="{_attribute(name)}" required'
        f' maxlength="{MAX_NAME}" autocomplete="off" spellcheck="false" dir="auto"{second}>'
        "</label>"
    )
    button = in_html(_("Take this name") if is_member else _("Join"))
    kept = in_html(
        _(
            "No account and no personal data: any nickname will do, which the class sees. Kept are"
            " this name, what you train and answer, and a cookie by which the lab knows this"
            " browser again. The lecturer can delete all of it when the class ends."
        )
    )
    sign_in = in_html(_("Lecturer: sign in"))
    link = f'<p class="kept"><a href="{_attribute(login)}">{sign_in}</a></p>' if login else ""
    return _document(
        title,
        f'{alert}<form method="post" action="{_attribute(action)}">{code_field}{name_field}'
        f'<button>{button}</button></form><p class="kept">{kept}</p>{link}',
    )


def notice_page(title: str, message: str, link: str = "", label: str = "") -> str:
    """A page that says one thing, with a link beneath where there is one."""
    after = f'<p><a href="{_attribute(link)}">{in_html(label)}</a></p>' if link else ""
    return _document(title, f"<p>{in_html(message)}</p>{after}")


def _document(title: str, content: str) -> str:
    said = in_html(title)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{said} · nnlab</title><link rel="icon" href="data:,"><style>{STYLE}</style></head>'
        f'<body><main><p class="lab">nnlab</p><h1>{said}</h1>{content}</main></body></html>'
    )


def _attribute(value: str) -> str:
    """Escaped, quotes too; no marks of direction are added, since it is sent back as it stands."""
    return escape(visible(value, 200))
