"""The invitation: address, QR code and six letters, readable from the back row."""

import base64
import io
from functools import lru_cache

import segno
import streamlit as st

from nnlab.classroom.classroom import Classroom
from nnlab.texts import _
from nnlab.ui import services
from nnlab.ui.addresses import address_by_name, here, join_address, public_address
from nnlab.ui.messages import say
from nnlab.ui.shell import messages
from nnlab.ui.terminal import no_way_in
from nnlab.visible import in_html

ALONE = {"show": "invite"}
"""Parameters of the address at which the invitation stands alone."""
LOOK_SECONDS = 2.0
NAMES = 60
"""Shown below the invitation; of more, how many."""


def show_is_alone() -> bool:
    """Whether the address asks for the invitation alone."""
    return st.query_params.get("show") == ALONE["show"]


def show_alone(room: Classroom) -> None:
    """The invitation and nothing else, for the projector."""
    with st.container(key="invite_alone"):
        _show_card(room)
    _show_who_came(room)
    st.html(f'<p class="nnlab-back"><a href="{here("/class")}">{in_html(_("Back"))}</a></p>')


def show_invitation(room: Classroom) -> None:
    """How a student joins, who came, and the way to show it alone."""
    _show_card(room)
    _show_who_came(room)
    said = in_html(_("Show this alone, for the projector"))
    st.html(f'<p class="nnlab-back"><a href="{here("/class")}?show=invite">{said}</a></p>')


def _show_card(room: Classroom) -> None:
    settings = services.settings()
    public = public_address(settings)
    if public is None:
        say("warning", no_way_in())
        return
    by_name = address_by_name(settings)
    or_by_name = (
        in_html(_("or, if the network resolves names: {address}", address=join_address(by_name)))
        if by_name is not None
        else ""
    )
    picture = qr(join_address(public, room.code))
    alt = in_html(_("QR code of {address}", address=join_address(public, room.code)))
    scheme, _between, rest = join_address(public).partition("://")
    st.html(
        f'<section class="nnlab-invite"><img src="{picture}" alt="{alt}">'
        f'<div><p class="nnlab-address"><small>{scheme}://</small>{in_html(rest)}</p>'
        f'<p class="nnlab-by-name">{or_by_name}</p>'
        f'<p class="nnlab-code" aria-label="{in_html(" ".join(room.code))}">'
        f"<span>{room.code[:3]}</span><span>{room.code[3:]}</span></p>"
        f'<p class="nnlab-by-name">{in_html(_("Open the address or scan it, and type the code."))}'
        "</p></div></section>"
    )


@st.fragment(run_every=LOOK_SECONDS)
def _show_who_came(room: Classroom) -> None:
    with messages():
        names = [member.name for member in room.students()]
        count = _("{n:,} student is in", "{n:,} students are in", n=len(names))
        shown = "".join(f"<li>{in_html(name)}</li>" for name in names[-NAMES:])
        more = f"<li>+ {len(names) - NAMES:,}</li>" if len(names) > NAMES else ""
        st.html(
            f'<p class="nnlab-came">{in_html(count)}</p><ul class="nnlab-names">{shown}{more}</ul>'
        )


@lru_cache(maxsize=4)
def qr(address: str) -> str:
    """A picture of the address, as `data:`: black on white with a quiet zone of four, in any theme.

    The symbol is that of ISO/IEC 18004, with error correction M.
    """
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, xmldecl=False
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(out.getvalue()).decode()}"
