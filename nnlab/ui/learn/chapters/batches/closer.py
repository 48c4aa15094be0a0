"""The sections below the noise: the order of batches, training and evaluation mode, memory."""

from collections.abc import Iterable

import streamlit as st
from torch import Tensor

from nnlab.data.splits import Part
from nnlab.learn.batches.loader import MOST_EXAMPLES, dealt
from nnlab.learn.batches.memory import BatchMemory, batch_memory, examples_at_once
from nnlab.learn.batches.modes import modes
from nnlab.texts import _
from nnlab.training.metrics import LOSSES
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.learn.own_network import OwnNetwork
from nnlab.ui.session.widgets import learn as widgets
from nnlab.visible import in_html

SEED = "batches_seed"
SEEDS = 10_000


def show_loader() -> None:
    """Two epochs, batch by batch, as `DataLoader` gives them."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="learn_batches_loader"):
        examples = st.slider(
            _("Examples"), 1, MOST_EXAMPLES, 23, key=widgets.key("batches_n"), width=220
        )
        size = st.slider(_("batch_size"), 1, 20, 5, key=widgets.key("batches_b"), width=220)
        shuffle = st.toggle(_("shuffle"), value=True, key=widgets.key("batches_shuffle"))
        drop_last = st.toggle(_("drop_last"), key=widgets.key("batches_drop"))
    epochs = dealt(examples, size, shuffle=shuffle, drop_last=drop_last)
    columns = st.columns(len(epochs))
    for number, (column, batches) in enumerate(zip(columns, epochs, strict=True), start=1):
        with column:
            st.html(_dealt(_("Epoch {number}", number=number), batches, size))
    last = len(epochs[0][-1]) if epochs[0] else 0
    left_out = examples - sum(map(len, epochs[0]))
    said = [
        _("{n} batch an epoch.", "{n} batches an epoch.", n=len(epochs[0])),
        _("The last one has {last} of {size}.", last=last, size=size) if 0 < last < size else "",
        _("{n} example is left out.", "{n} examples are left out.", n=left_out) if left_out else "",
        _("Every epoch is shuffled anew.")
        if shuffle and examples > 1
        else _("Every epoch is the same."),
    ]
    st.caption(" ".join(filter(None, said)))


def _dealt(head: str, batches: list[list[int]], size: int) -> str:
    rows = "".join(
        f"<li{' class=short' if len(batch) < size else ''}>"
        + "".join(f"<b>{example + 1}</b>" for example in batch)
        + "</li>"
        for batch in batches
    )
    return f"<div class='nnlab-dealt'><p>{in_html(head)}</p><ol>{rows}</ol></div>"


def show_modes() -> None:
    """Dropout and batch norm in both modes, on the same inputs."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="learn_batches_modes"):
        p = st.slider(_("Dropout p"), 0.0, 0.9, 0.5, 0.1, key=widgets.key("batches_p"), width=260)
        st.button(_("Three other passes"), key=widgets.key("batches_again"), on_click=_draw_again)
    seen = modes(p, widgets.get(SEED, 0))
    _side_by_side(
        _("nn.Dropout({p:g}) of eight ones, three times", p=p),
        _numbers(
            _("train(): each time others are dropped")
            if p
            else _("train(): with p = 0 none is dropped"),
            seen.dropout_train,
            ".3g",
        ),
        _numbers(_("eval(): all pass, always the same"), seen.dropout_eval, ".3g"),
    )
    _side_by_side(
        _("nn.BatchNorm1d(1) of three batches whose first example is 1 in each"),
        _numbers(_("train(): by the batch's own mean and spread"), seen.norm_train, ".3f"),
        _numbers(_("eval(): by the running ones"), seen.norm_eval, ".3f"),
    )
    means = " → ".join(f"{value:.3f}" for value in seen.running_mean.tolist())
    variances = " → ".join(f"{value:.3f}" for value in seen.running_var.tolist())
    st.caption(
        _(
            "In train() the same 1 (first column) gives a different output in each batch, which"
            " depends on its neighbours. In eval() it does not. And every forward pass in train()"
            " moves the running mean ({means}) and variance ({variances}), whether or not"
            " backward() is called.",
            means=means,
            variances=variances,
        )
    )


def _draw_again() -> None:
    widgets[SEED] = (widgets.get(SEED, 0) + 1) % SEEDS


def _side_by_side(head: str, *tables: str) -> None:
    st.markdown(f"**{head}**")
    for column, html in zip(st.columns(len(tables)), tables, strict=True):
        column.html(html)


def _numbers(caption: str, values: Tensor, form: str) -> str:
    rows: Iterable[str] = (
        row(str(number), *(cell(format(value, form)) for value in line))
        for number, line in enumerate(values.tolist(), start=1)
    )
    whole = table("nnlab-figures", rows, caption=caption)
    return f"<div class='nnlab-passes' tabindex='0'>{whole}</div>"


def _training_row(memory: BatchMemory) -> str:
    n = memory.examples
    return row(
        in_html(_("{n:,} example, for backward()", "{n:,} examples, for backward()", n=n)),
        *map(_bytes_cell, (memory.kept, memory.passing, max(memory.kept, memory.passing))),
    )


def _validation_row(memory: BatchMemory) -> str:
    head = _(
        "{n:,} example, under torch.no_grad()",
        "{n:,} examples, under torch.no_grad()",
        n=memory.examples,
    )
    sizes = memory.kept_without_gradients, memory.passing, memory.passing
    return row(in_html(head), *map(_bytes_cell, sizes))


def show_memory(own: OwnNetwork, part: Part) -> None:
    """Show the memory of a training batch, and of a validation batch of twice its size."""
    size = own.snapshot.explained("memory_size", lambda network: examples_at_once(network, part))
    loss = LOSSES[own.experiment.training.loss]
    once, twice = (
        own.snapshot.explained(
            ("memory", count),
            lambda network, n=count: batch_memory(network, Part(part.x[:n], part.y[:n]), loss),
        )
        for count in (size, 2 * size)
    )
    rows = [_training_row(once), _validation_row(once), _validation_row(twice)]
    heads = ["", _("kept for backward()"), _("passing through a layer"), _("the larger")]
    whole = table("nnlab-figures", rows, heads=[in_html(head) for head in heads])
    st.html(f"<div class='nnlab-passes' tabindex='0'>{whole}</div>")
    st.caption(
        _(
            "Bytes of your network, measured by `saved_tensors_hooks`, beside inputs and weights."
            " For backward() each layer keeps what its derivative is computed from: a linear layer"
            " what it was given, tanh and ReLU what they put out. All of it stays until then;"
            " without gradients a layer's input is let go as soon as its output is there. Here the"
            " memory of a training batch of {size:,} is enough for a validation batch of {fits:,}."
            " Each further layer adds to what is kept and nothing to what passes: of a deep network"
            " the validation batch may well be twice as large.",
            fits=size * max(once.kept, once.passing) // max(1, once.passing),
            size=size,
        )
    )


def _bytes_cell(count: int) -> str:
    return cell(f"{count:,}")
