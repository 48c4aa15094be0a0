"""The frame around every page: navigation, style, and errors as messages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from nnlab.classroom.rights import has_all_rights
from nnlab.errors import NnlabError
from nnlab.texts import N_, _
from nnlab.ui import services
from nnlab.ui.allowance import allowance
from nnlab.ui.messages import say
from nnlab.ui.visitors import visitor
from nnlab.wire.paths import below

STYLE = Path(__file__).with_name("style.css")
ICON = Path(__file__).with_name("icon.png")
PAGES = (
    # file (which is its address, too), title, icon
    ("home", N_("nnlab"), ":material/hub:"),
    ("playground", N_("Playground"), ":material/bubble_chart:"),
    ("images", N_("Images"), ":material/image:"),
    ("sweep", N_("Sweep"), ":material/grid_view:"),
    ("draw", N_("Draw"), ":material/draw:"),
    ("lessons", N_("Lessons"), ":material/school:"),
    ("learn", N_("Learn"), ":material/menu_book:"),
    ("runs", N_("Runs"), ":material/list_alt:"),
    ("class", N_("Class"), ":material/groups:"),
    ("server", N_("Server"), ":material/dns:"),
)

_has_navigation = False
"""Whether Streamlit knows of `st.navigation`: a click may end app.py before it comes to that."""


def run(begin: Callable[[str], None]) -> None:
    """Run app.py: set up the frame, and run the requested page.

    `begin` is called before it with the page's address, which is empty for the first one.
    """
    _set_frame()
    asked_for = _navigation()
    with messages():
        begin(asked_for.url_path)
        services.launcher()  # warms up beside the first page: the first click finds it ready
        asked_for.run()


def page(show: Callable[[], None]) -> None:
    """Run a file of pages/: show the page, or the error message.

    Streamlit runs these files without app.py for the first request to a cold server, as it did
    with every folder `pages` before it had `st.navigation`; then the frame is set up here.
    """
    if not _has_navigation:
        _set_frame()
        _navigation()
        st.rerun()
    st.html(STYLE)
    with messages():
        show()


@contextmanager
def messages() -> Iterator[None]:
    """Show an `NnlabError` as a message on the page. A fragment needs one of its own.

    The block counts towards the processor time of the person (`nnlab.ui.allowance`).
    """
    try:
        who = visitor()
        if who.role == "stranger":
            _turn_away()
        with allowance.spent_by(who):
            yield
    except NnlabError as error:
        say("error", error, icon=":material/error:")


def _turn_away() -> NoReturn:
    """Show the page for visitors who did not join the class, or were taken out of it."""
    context = get_script_run_ctx()
    if context is not None and context.fragment_ids_this_run:
        st.rerun()  # the rest of the page goes, too
    why = _("You are not in this class: join it with the code on the lecturer's screen.")
    st.html(STYLE)
    say("info", why, icon=":material/groups:")
    address = below(str(st.get_option("server.baseUrlPath")), "/join")
    st.html(f"<a class='nnlab-join' href='{address}' target='_self'>{_('Join the class')}</a>")
    st.stop()


def page_file(name: str) -> str:
    """Return the file of a page, for `st.switch_page` and `st.page_link`."""
    return f"pages/{name}.py"


def _set_frame() -> None:
    # Before any navigation: otherwise the browser asks a server on the internet for a page's icon.
    st.set_page_config(page_title="nnlab", page_icon=str(ICON), layout="wide")


def _is_class() -> bool:
    try:
        return services.settings().is_class
    except NnlabError:  # the page says which setting is wrong
        return False


def _keeps_server() -> bool:
    try:
        return has_all_rights(visitor())
    except NnlabError:  # the page says what is wrong
        return False


def _navigation() -> st.Page:
    global _has_navigation
    # Others may follow a link to it: the page says whose it is.
    hidden = set() if _keeps_server() else {"server"}
    pages = [
        st.Page(
            page_file(name),
            title=_(title),
            icon=icon,
            default=name == "home",
            visibility="hidden" if name in hidden else "visible",
        )
        for name, title, icon in PAGES
        if name != "class" or _is_class()
    ]
    asked_for = st.navigation(pages, position="top")
    _has_navigation = True
    return asked_for
