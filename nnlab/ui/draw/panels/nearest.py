"""Nearest: the training pictures that the network takes for the most similar."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import nn

from nnlab.config import Data, Experiment, Images
from nnlab.data import registry
from nnlab.data.splits import Part
from nnlab.errors import DataUnavailableError
from nnlab.figures.pictures.digits import sample_grid
from nnlab.insight.pictures.nearest import features, last_weights, nearest
from nnlab.models import trace
from nnlab.texts import N_, _
from nnlab.ui import services
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.messages import as_it_stands
from nnlab.ui.runtime.cache import kept
from nnlab.ui.words import plain
from nnlab.visible import in_html

SHOWN = 12
MOST, LEAST, MOVING = 5_000, 500, 1_000
"""Training pictures that are searched, at most and at least; and while the weights move."""
FLOPS = 2e10
"""Operations that one search may take for each state of the weights: about half a second."""


@dataclass(frozen=True)
class Neighbours:
    """The nearest training pictures, the nearest first."""

    pictures: NDArray[np.float32]
    """[k, 28, 28]."""
    labels: NDArray[np.int64]
    """[k]."""
    distances: NDArray[np.float32]
    """[k]."""
    searched: int
    """How many pictures were looked through."""
    width: int
    """Values of the layer in which they are near."""


def show_nearest(frame: DrawFrame) -> None:
    """Draw the panel Nearest. Requires `frame.answer` and a run's view."""
    made, answer, moment, view = frame.made, frame.answer, frame.moment, frame.view
    assert made is not None
    assert answer is not None
    assert moment is not None
    assert view is not None
    experiment, picture = view.experiment, made.result
    count = MOVING if frame.training else affordable(experiment)
    try:
        known = training_pictures(experiment.data, services.settings().data_dir, count)
    except DataUnavailableError as error:
        st.markdown(_("The pictures that this model learned from are not on this machine."))
        st.caption(as_it_stands(error))
        return

    def find(network: nn.Sequential) -> Neighbours:
        table = moment.explained(("features", count), lambda net: features(net, known.x))
        point = features(network, torch.from_numpy(picture)[None, None])[0]
        found = nearest(table, point, SHOWN)
        return Neighbours(
            known.x[found.indices, 0].numpy(),
            known.y[found.indices].numpy(),
            found.distances,
            len(known),
            table.shape[1],
        )

    found = find(moment.network)
    names, best = answer.class_names, answer.best
    alike = sum(names[label] == best for label in found.labels)
    hidden = any(
        isinstance(layer, nn.Linear | nn.Conv2d)
        for layer in list(moment.network)[: last_weights(moment.network)]
    )
    st.markdown(
        _(
            "**{alike} of the {count} nearest are labelled {best}.**",
            alike=alike,
            count=len(found.labels),
            best=plain(best),
        )
    )
    st.html(_list(found, names, best))
    st.caption(_meaning(found, has_hidden=hidden))


def _meaning(found: Neighbours, *, has_hidden: bool) -> str:
    """Explain the distance, and what a near picture means."""
    space = N_(
        "The nearest of {searched:,} pictures that it trained on, by Euclidean distance in the"
        " {width} pixels themselves: it has no hidden layer."
    )
    if has_hidden:
        space = N_(
            "The nearest of {searched:,} pictures that it trained on, by Euclidean distance in the"
            " {width} values of its last hidden layer."
        )
    meaning = _(
        "The last layer receives only these values, so pictures that are near there are read alike;"
        " a drawing far from all of them is unlike the training data."
    )
    return f"{_(space, searched=found.searched, width=found.width)} {meaning}"


def affordable(experiment: Experiment) -> int:
    """How many pictures can be looked through in half a second or so, at least `LEAST`."""
    rows = trace(experiment.model.layers, registry.describe(experiment.data).input_shape)
    return int(np.clip(FLOPS / max(sum(row.flops for row in rows), 1), LEAST, MOST))


@kept
def training_pictures(data: Data, data_dir: Path, count: int) -> Part:
    """At most `count` of the pictures that a run of this data trains on.

    Raises:
        DataUnavailableError: the files are absent or damaged.
    """
    if isinstance(data, Images):
        # A run with fewer pictures draws the first of the same permutation.
        fewer = min(count, registry.sizes(data)[0])
        data = data.model_copy(update={"train_size": fewer})
    train = registry.load(data, data_dir).train
    return Part(train.x[:count].clone(), train.y[:count].clone())


def _list(found: Neighbours, names: Sequence[str], best: str) -> str:
    sheet = base64.b64encode(sample_grid(found.pictures, columns=SHOWN, scale=1)).decode("ascii")
    count = len(found.labels)
    cells = []
    for i, (label, distance) in enumerate(zip(found.labels, found.distances, strict=True)):
        # In a background, 0 % is the first tile and 100 % the last; tiles are 32 pixels apart.
        place = f"background-position:{100 * i / max(count - 1, 1):.3f}% 0"
        mark = "" if names[label] == best else " class='other'"
        cells.append(
            f"<li{mark}><i style='{place}'></i><b>{in_html(names[label])}</b>"
            f"<small>{distance:.2f}</small></li>"
        )
    size = f"--sheet:url(data:image/png;base64,{sheet});--size:{100 * (count * 32 - 4) / 28:.2f}%"
    return f"<ul class='nnlab-neighbours' style='{size}'>{''.join(cells)}</ul>"
