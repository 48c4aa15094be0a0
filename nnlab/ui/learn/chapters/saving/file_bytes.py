"""The bytes of a safetensors file, with what the byte under the slider says."""

import streamlit as st

from nnlab.learn.saving.safetensors_file import LENGTH, PARTS, Entry, Meaning, SafetensorsFile
from nnlab.texts import DIGITS, _, number
from nnlab.ui.session.widgets import learn as widgets
from nnlab.visible import in_html

WIDE, HIGH = 8, 12
"""Bytes in a row, rows in view."""
MOST_TENSORS = 40
"""Limit for the tensors offered in the list of places, the first in the file."""
LONGEST = 120
"""Characters of a piece of the header that are written out."""


def show_bytes(file: SafetensorsFile) -> None:
    """A slider, places to go to, the bytes around, and what they say."""
    key = f"saving_byte_{len(file)}"
    places = _places(file)

    def gone() -> None:
        chosen = widgets.get("saving_place")
        if chosen in places:
            widgets[key] = places[chosen]

    left, right = st.columns([2, 1], gap="medium")
    at = left.slider(
        _("Byte of the file (arrow keys move by one)"), 0, len(file) - 1, 0, key=widgets.key(key)
    )
    here = next((name for name, byte in places.items() if byte == at), None)
    widgets["saving_place"] = here  # else a place that the slider has left could not be chosen
    right.selectbox(
        _("Go to"), list(places), index=None, key=widgets.key("saving_place"), on_change=gone
    )
    meaning = file.meaning(at)
    told = f"<section aria-live='polite'>{_said(file, at, meaning)}</section>"
    st.html(f"<div class='nnlab-bytes'>{_rows(file, at, meaning)}{told}</div>")


def _places(file: SafetensorsFile) -> dict[str, int]:
    found = {_("length of the header"): 0, _("header"): LENGTH}
    for entry in file.entries[:MOST_TENSORS]:
        if entry.stop > entry.start:
            found[_("first number of {name}", name=entry.name)] = entry.start
    return found | {_("the last byte"): len(file) - 1}


def _rows(file: SafetensorsFile, at: int, meaning: Meaning) -> str:
    last_row = (len(file) - 1) // WIDE
    first = max(0, min(at // WIDE - HIGH // 2, last_row - HIGH + 1))
    rows = []
    for line in range(first, first + HIGH):
        places = range(line * WIDE, min((line + 1) * WIDE, len(file)))
        cells = "".join(_cell(file, place, at, meaning) for place in places)
        cells += "<td></td>" * (WIDE - len(places))
        letters = "".join(_letter(file.data[place]) for place in places)
        rows.append(
            f"<tr><th scope='row'>{line * WIDE}</th>{cells}<td>{in_html(letters)}</td></tr>"
        )
    label = in_html(_("The bytes around byte {at}, in hexadecimal", at=at))
    return f"<table aria-label='{label}'>{''.join(rows)}</table>"


def _cell(file: SafetensorsFile, place: int, at: int, meaning: Meaning) -> str:
    part = "length" if place < LENGTH else "header" if place < file.header_stop else "numbers"
    with_it = " data-with=1" if meaning.start <= place < meaning.stop else ""
    here = " aria-current=true" if place == at else ""
    return f"<td data-part={part}{with_it}{here}>{file.data[place]:02x}</td>"


def _letter(byte: int) -> str:
    return chr(byte) if 32 <= byte < 127 else "·"


def _said(file: SafetensorsFile, at: int, meaning: Meaning) -> str:
    byte = file.data[at]
    lines = [
        (_("byte {at:,} of {all:,}", at=at, all=len(file)), f"{byte:02x} = {byte}"),
        (_("part"), _(PARTS[meaning.part])),
    ]
    if meaning.part == "length":
        told = f"{byte} · 256{str(at).translate(DIGITS)}"
        lines += [(_("it adds"), told), (_("all eight"), _("{n:,} bytes", n=meaning.value))]
    elif meaning.part == "header":
        lines.append((_("piece of JSON"), meaning.text[:LONGEST]))
        if not meaning.text.strip():
            lines.append(
                (_("why"), _("spaces fill up, so that the numbers begin at a multiple of 8"))
            )
    else:
        entry = _entry(file, at)
        count = meaning.stop - meaning.start
        lines += [
            (_("tensor"), f"{meaning.text}, {entry.kind}"),
            (
                _("its byte"),
                _("{n} of {all}, the lowest first", n=at - meaning.start + 1, all=count),
            ),
            (_("together"), file.data[meaning.start : meaning.stop].hex(" ")),
            (_("the number"), _value(meaning, entry)),
        ]
        if entry.kind == "F32":
            lines.append((_("sign, exponent, fraction"), _fields(file, meaning)))
    return (
        "<dl>" + "".join(f"<dt>{in_html(a)}</dt><dd>{in_html(b)}</dd>" for a, b in lines) + "</dl>"
    )


def _entry(file: SafetensorsFile, at: int) -> Entry:
    return next(entry for entry in file.entries if entry.start <= at < entry.stop)


def _value(meaning: Meaning, entry: Entry) -> str:
    assert meaning.value is not None, "bytes behind the header hold numbers"
    return number(meaning.value, 9 if entry.kind == "F32" else None)


def _fields(file: SafetensorsFile, meaning: Meaning) -> str:
    """The three fields of IEEE 754 binary32."""
    bits = int.from_bytes(file.data[meaning.start : meaning.stop], "little")
    return f"{bits >> 31}, {bits >> 23 & 0xFF}, {bits & 0x7FFFFF:,}"
