"""A harmless pickle, opcode by opcode, and what PyTorch's restricted reader says to it."""

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.learn.saving.pickles import HARMLESS, WHAT, load_weights_only, opcodes, saved
from nnlab.texts import _
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.learn.own_network import OwnNetwork
from nnlab.ui.messages import as_it_stands
from nnlab.ui.session.widgets import learn as widgets
from nnlab.visible import in_html


def show_pickle(own: OwnNetwork) -> None:
    """The opcodes with a slider over them, the stack, and three files given to torch.load."""
    st.markdown(
        _(
            "`torch.save` writes pickles. A pickle is a program: these {count} bytes name a"
            " function and call it. Here they are only read (`pickletools.genops`), never loaded.",
            count=len(HARMLESS),
        )
    )
    found = opcodes()
    at = st.slider(_("Opcode"), 1, len(found), 1, key=widgets.key("saving_opcode")) - 1
    rows = [
        row(
            str(one.place),
            f"<td><code>{one.name}</code></td>",
            cell(one.argument),
            cell(_(WHAT[one.name])),
            css="now" if i == at else "",
        )
        for i, one in enumerate(found)
    ]
    heads = (_("byte"), _("opcode"), _("argument"), _("what it does"))
    lines = table("nnlab-state nnlab-opcodes", rows, heads=heads, label=_("Opcodes"))
    st.html(f"<div class='nnlab-state-frame' tabindex='0'>{lines}</div>")
    stack = found[at].stack
    items = "".join(f"<li><code>{in_html(item)}</code></li>" for item in stack)
    title = in_html(_("The stack after opcode {n}", n=at + 1))
    empty = f"<li>{in_html(_('empty'))}</li>"
    st.html(f"<div class='nnlab-stack'><h5>{title}</h5><ol>{items or empty}</ol></div>")
    _show_verdicts(own)


def _show_verdicts(own: OwnNetwork) -> None:
    st.markdown(
        _(
            "In place of `print` it could name any function: one that deletes files, or sends them."
            " `torch.load(…, weights_only=True)`, PyTorch's default, knows a short list of names"
            " and refuses all others; safetensors has no names to call at all. Tried just now:"
        )
    )
    whole, parameters = own.snapshot.cached(
        "weights_only", lambda one: (_verdict(saved(one)), _verdict(saved(one.state_dict())))
    )
    for what, said in (
        (_("These bytes"), _verdict(HARMLESS)),
        (_("Your whole network"), whole),
        (_("Your state_dict"), parameters),
    ):
        words = _("It is read: nothing but tensors is in it.") if said is None else said
        st.markdown(f"- **{what}**: {as_it_stands(words)}")


def _verdict(file: bytes) -> str | None:
    try:
        load_weights_only(file)
    except NnlabError as error:
        return str(error)
    return None
