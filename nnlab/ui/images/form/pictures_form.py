"""The part of the Images form for uploaded pictures: a zip, their conversion, a preview."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from nnlab.config import Images
from nnlab.config.own_data import PictureSet
from nnlab.data.pictures.archive import MOST_PICTURES, UPLOAD_BYTES
from nnlab.data.pictures.fit import SIZES
from nnlab.data.pictures.kept_set import path_of
from nnlab.data.pictures.reading import TESTED, Reading, Wish, read_archive
from nnlab.errors import NnlabError
from nnlab.figures.pictures.digits import sample_grid
from nnlab.recipes.own_pictures import for_pictures
from nnlab.texts import N_, _
from nnlab.ui import doors, services
from nnlab.ui.messages import say
from nnlab.ui.runtime.image_data import LABELS
from nnlab.ui.session.images_state import Brought
from nnlab.ui.session.labs import images_state, take_up
from nnlab.ui.session.widgets import images as widgets
from nnlab.ui.visitors import owner
from nnlab.ui.words import plain

COLUMNS, OF_EACH = 8, 4
"""Columns of the preview, and pictures of each class in it."""
LISTED = 20
"""Largest number of unusable files listed by name."""
COLOURS = {True: N_("colour"), False: N_("grey")}
CUTS = {False: N_("middle, cut square"), True: N_("whole, with borders")}


@dataclass(frozen=True)
class Preview:
    """A sheet of a few pictures as the network will see them, and their number."""

    png: bytes
    shown: int


def show_pictures(data: Images) -> PictureSet | None:
    """Draw the part for uploaded pictures. Return the set; None before there is one."""
    state = images_state()
    if data.pictures is not None:
        state.pictures = data.pictures
    now = state.pictures
    if now is None:
        _invite()
        _show_upload()
        st.caption(
            _(
                "Until you upload some, the previous data set stays in use: {name}.",
                name=_(LABELS[data.kind]),
            )
        )
    else:
        st.caption(_in_words(now))
        with st.expander(_("Upload other pictures"), icon=":material/photo_library:"):
            _show_upload()
    return now


def _invite() -> None:
    st.markdown(
        _(
            "**Your own pictures.** Put the pictures of each class into a folder named after it"
            " (`cat`, `dog`, `house`), pack the folders into one zip, and upload it here. Twenty"
            " of each are enough to begin; nothing is trained before you have seen them."
        )
    )


def _in_words(said: PictureSet) -> str:
    words = _(
        "{count:,} pictures of {size}×{size}, {colour}.",
        count=said.train + said.val + said.test,
        size=said.size,
        colour=_(COLOURS[said.colour]),
    )
    if said.test:
        words += " " + _("{test:,} of them are the sealed test set.", test=said.test)
    if not path_of(said, services.settings().data_dir).exists():
        words += " " + _(
            "They ({names}) are not on this server: upload the same zip again.",
            names=plain(", ".join(said.classes)),
        )
    return words


def _show_upload() -> None:
    state = images_state()
    uploaded = st.file_uploader(
        _("A zip with a folder of pictures for each class"),
        type="zip",
        key=widgets.key("pictures_file"),
        max_upload_size=UPLOAD_BYTES // 2**20,
        help=_(
            "At most {megabytes} MB and {most:,} pictures; PNG, JPEG, GIF, BMP, WebP of any size."
            " The folders may be inside one folder, or inside train and test (and val), each with"
            " the same classes.",
            megabytes=UPLOAD_BYTES // 2**20,
            most=MOST_PICTURES,
        ),
    )
    if uploaded is None:
        state.brought = None
        return
    if state.brought is None or state.brought.file_id != uploaded.file_id:
        state.brought = _read(uploaded.file_id, uploaded.getvalue())
    if isinstance(state.brought.reading, str):
        say("error", state.brought.reading, icon=":material/error:")
    else:
        _show_reading(state.brought.reading)


def _read(file_id: str, content: bytes) -> Brought:
    """Read an uploaded zip. Called once for each file, since the page reruns often."""
    bar = st.progress(0.0, text=_("Reading the pictures …"))
    try:
        found: Reading | str = read_archive(content, progress=bar.progress)
    except NnlabError as error:
        found = str(error)
    bar.empty()
    return Brought(file_id, found)


def _show_reading(reading: Reading) -> None:
    counts = np.bincount(reading.labels, minlength=len(reading.classes))
    each = ", ".join(f"{name} {n:,}" for name, n in zip(reading.classes, counts, strict=True))
    st.markdown(
        _(
            "**{count:,} pictures of {classes} classes**: {each}.",
            count=len(reading.labels),
            classes=len(reading.classes),
            each=plain(each),
        )
    )
    wish = _show_wish(reading)
    preview = _preview(reading, wish)
    st.image(
        preview.png,
        width="stretch",
        output_format="PNG",
        alt=_("{count} of the pictures as the network will see them.", count=preview.shown),
    )
    st.caption(_("As the network will see them: {size}×{size} pixels.", size=wish.size))
    if reading.refused:
        _show_refused(reading)
    left_out = len(reading.refused)
    st.button(
        _(
            "Use the {count:,} pictures, without {n:,} file",
            "Use the {count:,} pictures, without {n:,} files",
            count=len(reading.labels),
            n=left_out,
        )
        if left_out
        else _("Use these {count:,} pictures", count=len(reading.labels)),
        key=widgets.key("use_pictures"),
        type="primary",
        icon=":material/check:",
        on_click=_use,
        args=(reading, wish),
    )


def _show_wish(reading: Reading) -> Wish:
    left, right = st.columns(2)
    with left:
        size = st.segmented_control(
            _("Pixels per side"),
            list(SIZES),
            default=32,
            required=True,
            key=widgets.key("pictures_size"),
        )
    with right:
        colour = st.segmented_control(
            _("Colours"),
            list(COLOURS),
            format_func=lambda value: _(COLOURS[value]),
            default=True,
            required=True,
            key=widgets.key("pictures_colour"),
        )
    whole = st.segmented_control(
        _("What is seen of a picture"),
        list(CUTS),
        format_func=lambda value: _(CUTS[value]),
        default=False,
        required=True,
        key=widgets.key("pictures_whole"),
    )
    tested = not reading.has_test and st.toggle(
        _("Set a fifth aside as a sealed test set"),
        key=widgets.key("pictures_tested"),
        help=_("Used for neither training nor validation, but evaluated once, at the end."),
    )
    if reading.has_test:
        st.caption(_("The folder `test` is the sealed test set."))
    elif not tested and len(reading.labels) >= TESTED * 2 * len(reading.classes):
        st.caption(_("A fifth is used for validation; without a test set, nothing else is."))
    return Wish(size or 32, bool(colour), bool(whole), tested)


def _preview(reading: Reading, wish: Wish) -> Preview:
    """Return some pictures of each class, for as many classes as fit."""
    of_each = [np.flatnonzero(reading.labels == c)[:OF_EACH] for c in range(len(reading.classes))]
    chosen = np.concatenate(of_each)[: 6 * COLUMNS]
    pictures = reading.shown(wish)[chosen].astype(np.float32) / 255
    labels = [reading.classes[label][:8] for label in reading.labels[chosen]]
    return Preview(sample_grid(pictures, labels, columns=COLUMNS, scale=2), len(chosen))


def _show_refused(reading: Reading) -> None:
    number = len(reading.refused)
    lines = [f"- {plain(name)}: {plain(why)}" for name, why in reading.refused[:LISTED]]
    if number > LISTED:
        lines.append(_("- and {more:,} more", more=number - LISTED))
    say(
        "warning",
        _("{n:,} file cannot be used:", "{n:,} files cannot be used:", n=number),
        icon=":material/warning:",
    )
    st.markdown("\n".join(lines))


def _use(reading: Reading, wish: Wish) -> None:
    """Save the set, and fill the form with a network and a training that suit it."""
    state = images_state()
    try:
        made = reading.keep(wish, services.settings().data_dir, owner=owner(), room=doors.must_have)
        experiment = for_pictures(made)
    except NnlabError as error:
        state.brought = Brought(state.brought.file_id if state.brought else "", str(error))
        return
    state.pictures, state.brought = made, None
    widgets.forget("pictures_file")
    take_up(state, experiment)
