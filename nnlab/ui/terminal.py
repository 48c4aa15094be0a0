"""The terminal's text in a shared lab: the lab's address, and how to begin a class."""

import io
import sys

import segno

from nnlab.classroom.classroom import Classroom
from nnlab.classroom.current import classroom
from nnlab.settings import Settings
from nnlab.texts import _
from nnlab.ui.addresses import (
    address_by_name,
    address_here,
    join_address,
    lecture_address,
    public_address,
)

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
MARGIN = "   "


def invitation(settings: Settings, *, is_open: bool) -> str:
    """Return the text printed when the server starts; empty if nobody else can connect.

    Raises:
        NnlabError: the class cannot be read or written.
    """
    room = classroom()
    if room is not None:
        return of_class(settings, room, is_terminal=sys.stdout.isatty())
    if not is_open:
        return ""
    address = public_address(settings)
    if address is None:
        return _("The lab is open to others, but this machine has no address on a network.")
    return _("The lab is open to others, who reach it at {address}", address=address)


def of_class(settings: Settings, room: Classroom, *, is_terminal: bool) -> str:
    """Return the lecturer's address, and the students' address in large.

    Args:
        settings: of this server.
        room: the class.
        is_terminal: bold letters and a QR code can be shown.
    """
    public = public_address(settings)
    here = address_here()
    lecturers = [here] if public is None or settings.public_url else [here, public]
    if settings.public_url:
        lecturers = [settings.public_url.rstrip("/")]
    lines = ["", _("The lecturer enters here; anyone with this address leads the class:")]
    lines += [MARGIN + lecture_address(base, room.key) for base in lecturers]
    lines += [""]
    if public is None:
        return "\n".join([*lines, no_way_in(), ""])
    lines += [_("Students join here:"), ""]
    lines += _in_large(
        [join_address(public), _("Code: {code}", code=" ".join(room.code))], is_terminal
    )
    by_name = address_by_name(settings)
    if by_name is not None:
        said = _(
            "or, if the network resolves this machine's name: {address}",
            address=join_address(by_name),
        )
        lines += ["", MARGIN + said]
    if is_terminal:
        lines += ["", _qr(join_address(public, room.code))]
    return "\n".join([*lines, ""])


def no_way_in() -> str:
    """Return the message that no student can connect, with the fix."""
    return _(
        "No student can come in: this machine has no address on a network, or the lab listens on"
        " the machine alone. Connect it to a network and start it with “make class”; behind a"
        " proxy, set NNLAB_PUBLIC_URL to the address that students use."
    )


def _in_large(lines: list[str], is_bold: bool) -> list[str]:
    """Draw a box around the lines, in bold if the terminal can."""
    wide = max(map(len, lines)) + 2 * len(MARGIN)
    before, after = (BOLD, PLAIN) if is_bold else ("", "")
    rows = ["", *[one for line in lines for one in (line, "")]]
    boxed = [f"║{before}{MARGIN}{row.ljust(wide - len(MARGIN))}{after}║" for row in rows]
    return [f"╔{'═' * wide}╗", *boxed, f"╚{'═' * wide}╝"]


def _qr(address: str) -> str:
    """Draw a QR code of half blocks, light on dark as most terminals are."""
    out = io.StringIO()
    segno.make(address, error="m", micro=False).terminal(out, border=2, compact=True)
    return out.getvalue()
