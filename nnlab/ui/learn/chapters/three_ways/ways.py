"""One example through a network that is written in three ways, layer by layer."""

import streamlit as st
import torch
from torch import Tensor

from nnlab.config import Experiment, Images
from nnlab.data.description import describe
from nnlab.errors import NnlabError
from nnlab.learn.three_ways.walk import Walked, bits, can_walk, same_bits, walk
from nnlab.models.code import Style
from nnlab.texts import N_, _, number
from nnlab.ui.components.tables import DASH
from nnlab.ui.learn.own_network import OwnNetwork, choose_network
from nnlab.ui.messages import say
from nnlab.ui.runtime.datasets import splits_of, validation_of
from nnlab.ui.session.widgets import learn as widgets
from nnlab.visible import in_html

NAMES: dict[Style, str] = {
    "tensors": N_("Raw tensors"),
    "module": "nn.Module",
    "sequential": "nn.Sequential",
}
KEEPERS: dict[Style, str] = {
    "tensors": N_("you keep the weights"),
    "module": N_("the attributes keep them"),
    "sequential": N_("the list keeps them"),
}
MOST_EXAMPLES = 200
MOST_VALUES = 4
"""Values of a layer that are written out."""


def show_ways() -> None:
    """Choose a network, an example and a layer; see three sources at that layer, and its values."""
    try:
        own = choose_network("three-ways", _fits)
        examples = _examples(own.experiment)
    except NnlabError as error:
        say("error", error, icon=":material/error:")
        return
    layers = len(own.experiment.model.layers)
    left, right = st.columns(2, gap="medium")
    key = f"ways_example_{len(examples)}"
    example = left.slider(_("Example"), 1, max(len(examples), 2), 1, key=widgets.key(key)) - 1
    key = f"ways_layer_{layers}"
    layer = right.slider(_("After layer"), 1, max(layers, 2), 1, key=widgets.key(key)) - 1
    example, layer = min(example, len(examples) - 1), min(layer, layers - 1)
    found = _walked(own, examples[example : example + 1], example)
    st.html(f"<div class='nnlab-ways'>{''.join(_card(one, layer) for one in found)}</div>")
    st.markdown(_verdict(found, layer))


def _fits(experiment: Experiment) -> bool:
    return can_walk(experiment.model.layers) and bool(experiment.model.layers)


def _examples(experiment: Experiment) -> Tensor:
    """[n, *input_shape], those that validate; n at least 1."""
    if isinstance(experiment.data, Images):
        return validation_of(experiment.data).x[:MOST_EXAMPLES]
    splits = splits_of(experiment.data)
    part = splits.val if len(splits.val) else splits.train
    return part.x[:MOST_EXAMPLES]


def _walked(own: OwnNetwork, x: Tensor, example: int) -> tuple[Walked, Walked, Walked]:
    shape = describe(own.experiment.data).input_shape
    return own.snapshot.cached(
        ("three_ways", example), lambda network: walk(own.experiment.model, shape, network, x)
    )


def _card(walked: Walked, at: int) -> str:
    name, keeper = in_html(_(NAMES[walked.style])), in_html(_(KEEPERS[walked.style]))
    lines = "".join(
        f"<li{' aria-current=step' if i == at else ''}><code>{in_html(chr(10).join(line))}</code>"
        for i, line in enumerate(walked.lines)
    )
    output = walked.outputs[at]
    values = output.flatten()[:MOST_VALUES].tolist()
    rows = [(number(value, 9), bits(value)) for value in values]
    rows += [(DASH, DASH)] * (MOST_VALUES - len(rows))  # a smaller layer is as high
    written = "".join(f"<tr><td>{in_html(a)}</td><td><code>{b}</code></td></tr>" for a, b in rows)
    heads = f"<tr><th scope='col'>{_('value')}</th><th scope='col'>{_('its 32 bits')}</th></tr>"
    label = in_html(_("What comes out, written as {name}", name=_(NAMES[walked.style])))
    return (
        f"<section><h5>{name}</h5><p>{keeper}</p>"
        f"<ol tabindex='0' aria-label='{name}'>{lines}</ol>"
        f"<table aria-label='{label}'>{heads}{written}</table></section>"
    )


def _verdict(found: tuple[Walked, Walked, Walked], at: int) -> str:
    one, *others = (walked.outputs[at] for walked in found)
    equal = all(same_bits(one, other) for other in others)
    shape = " × ".join(str(side) for side in one.shape[1:])
    count = one.numel()
    if equal:
        return _(
            "**Equal in every bit**: all {count:,} values of this layer (shape {shape}), whichever"
            " way they are written.",
            count=count,
            shape=shape,
        )
    apart = max(torch.nan_to_num(other - one).abs().max().item() for other in others)
    return _("**Not equal**: the values of this layer are up to {apart:.3g} apart.", apart=apart)
