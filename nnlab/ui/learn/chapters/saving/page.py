"""The chapter's picture: four tabs over the file of one network."""

from pathlib import Path

import streamlit as st

from nnlab.config import Experiment
from nnlab.errors import NnlabError
from nnlab.learn.saving.safetensors_file import SafetensorsFile
from nnlab.learn.saving.sizes import sizes
from nnlab.texts import _, number
from nnlab.ui.components.tables import DASH, cell, row, table
from nnlab.ui.learn.chapters.saving.file_bytes import show_bytes
from nnlab.ui.learn.chapters.saving.pickle_tab import show_pickle
from nnlab.ui.learn.own_network import OwnNetwork, choose_network
from nnlab.ui.messages import say
from nnlab.visible import in_html

STYLE = Path(__file__).with_name("saving.css")
FIRST_VALUES = 3


def show() -> None:
    """Choose a network; its file, its state_dict, ways of saving it, and a pickle."""
    st.html(STYLE)
    try:
        own = choose_network("saving", _fits)
    except NnlabError as error:
        say("error", error, icon=":material/error:")
        return
    file = own.snapshot.cached("safetensors", lambda one: SafetensorsFile(one.state_dict()))
    in_file, as_table, ways, pickle = st.tabs(
        [_("A file, byte by byte"), "state_dict", _("Whole or parameters"), _("A pickle")]
    )
    with in_file:
        show_bytes(file)
    with as_table:
        _show_state(own, file)
    with ways:
        _show_sizes(own)
    with pickle:
        show_pickle(own)


def _fits(experiment: Experiment) -> bool:
    return bool(experiment.model.layers)


def _show_state(own: OwnNetwork, file: SafetensorsFile) -> None:
    state = own.snapshot.network.state_dict()
    places = {entry.name: entry for entry in file.entries}
    rows = []
    for name, tensor in state.items():
        first = ", ".join(number(value, 4) for value in tensor.flatten()[:FIRST_VALUES].tolist())
        shape = " × ".join(str(side) for side in tensor.shape) or DASH
        entry = places[name]
        rows.append(
            row(
                f"<code>{in_html(name)}</code>",
                cell(shape),
                cell(str(tensor.dtype).removeprefix("torch.")),
                cell(f"{tensor.nbytes:,}"),
                cell(f"{entry.start:,} – {entry.stop - 1:,}"),
                cell(first + (" …" if tensor.numel() > FIRST_VALUES else "")),
            )
        )
    heads = (
        *(_("name"), _("shape"), _("numbers"), _("bytes")),
        *(_("bytes in the file"), _("first values")),
    )
    st.html(_framed(table("nnlab-state", rows, heads=heads, label="state_dict")))
    st.markdown(
        _(
            "`network.state_dict()` is an ordered dict of tensors: layer number, a dot, the name"
            " within the layer. Layers that keep nothing (activations, pooling, dropout) are not in"
            " it, and neither is how the layers follow each other: that is in your code."
        )
    )


def _show_sizes(own: OwnNetwork) -> None:
    found = own.snapshot.cached("sizes", sizes)
    rows = [
        row(
            f"<code>{in_html(one.code)}</code>",
            cell(f"{one.size:,}"),
            cell(_(one.what)),
            cell(DASH if one.names is None else ", ".join(one.names)),
        )
        for one in found
    ]
    heads = (_("saved by"), _("bytes"), _("what"), _("loading it imports"))
    st.html(_framed(table("nnlab-state nnlab-sizes", rows, heads=heads, label=_("Sizes"))))
    st.markdown(
        _(
            "**Parameters** (`state_dict`) outlive your code: any network with the same names and"
            " shapes takes them by `load_state_dict`. **The whole network** is bound to its"
            " classes: rename or move one of them, and the file cannot be loaded any more. It needs"
            " a full unpickler, which runs what the file says."
        )
    )


def _framed(html: str) -> str:
    return f"<div class='nnlab-state-frame' tabindex='0'>{html}</div>"
