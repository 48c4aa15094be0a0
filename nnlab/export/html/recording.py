"""The page of a run on points, a curve or a table: its whole training, to play and to drag."""

from typing import Any

import torch
from torch import Tensor, nn

from nnlab.config import Csv, Data
from nnlab.data.description import describe
from nnlab.data.registry import load
from nnlab.export.html.about import about
from nnlab.export.html.curves import curves_of
from nnlab.export.html.document import document, page_style
from nnlab.export.html.moments import Moments, moments_of
from nnlab.export.html.picture import Picture, picture_of
from nnlab.export.html.plain import page as plain_page
from nnlab.runs.divergence import what_broke
from nnlab.runs.network import load_network
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.rewind.path import RunPath
from nnlab.runs.store import Run
from nnlab.settings import read_settings
from nnlab.texts import _

LARGEST = 16_384
"""Weights of a network that is drawn: the browser evaluates it at 10,000 places for each frame."""
ASKED = 400
"""Inputs by which it is judged how much a network has changed."""


def page(run: Run, path: RunPath | None = None) -> bytes:
    """The page of a run whose data are points of the plane, of a line, or a table.

    A network that cannot be drawn has a page without pictures.

    Args:
        run: of one network; it may train meanwhile.
        path: of the run at the steps of `steps_of`, where it was replayed before.

    Raises:
        NnlabError: there are no weights or no checkpoint yet, or it would be too large.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
        DataUnavailableError: the run's data are not here.
    """
    experiment = run.experiment
    network, _step = load_network(run)
    history = History(EventReader(run.path).read_new())
    if not is_drawn(experiment.data, network):
        return plain_page(run)
    data_dir = read_settings().data_dir
    splits = load(experiment.data, data_dir)
    picture = picture_of(experiment, splits, network)
    moments = moments_of(run, history, network, asked_of(picture), data_dir, path=path)
    said = about(run, history)
    return document(
        title=said["title"],
        entry="file/recording.js",
        data={
            **said,
            **picture.data,
            "curves": curves_of(history),
            "moments": _said(moments, history),
            "words": _words(moments, history),
        },
        blobs={
            "weights": moments.values.astype("<f4").tobytes(),
            "inputs": picture.inputs.astype("<f4").tobytes(),
            "targets": picture.targets.astype("<f4").tobytes(),
        },
        style=page_style("recording.css"),
    )


def is_drawn(data: Data, network: nn.Module) -> bool:
    """Whether its data have a plane or a line, and a browser can draw it many times a second."""
    has_picture = isinstance(data, Csv) or describe(data).input_shape[0] <= 2
    return has_picture and sum(one.numel() for one in network.parameters()) <= LARGEST


def asked_of(picture: Picture) -> Tensor:
    """Inputs all over what is drawn: of a plane and a line evenly, of a table its own examples."""
    space = picture.data["network"]["space"]
    low, high = space["extent"]
    if space["cut"] is not None:
        every = max(1, len(picture.inputs) // ASKED)
        return torch.from_numpy(picture.inputs[::every])
    if space["inputs"] == 1:
        return torch.linspace(low, high, ASKED)[:, None]
    side = torch.linspace(low, high, round(ASKED**0.5))
    return torch.cartesian_prod(side, side)


def _said(moments: Moments, history: History) -> dict[str, Any]:
    started = history.started
    return {
        "steps": moments.steps,
        "tensors": moments.tensors,
        "stepsPerEpoch": started.steps_per_epoch if started is not None else None,
    }


def _words(moments: Moments, history: History) -> list[str]:
    """Return notes for people, shown above the recording."""
    words: list[str] = []
    if history.diverged is not None:
        step, what = history.diverged.step, what_broke(history.diverged)
        words.append(_("The run diverged at step {step:,}: {what}.", step=step, what=what))
        if moments.steps[-1] < step:
            words[-1] += " " + _("The recording ends before that.")
        else:
            words[-1] += " " + _("Its last weights say nothing any more.")
    if history.started is None:
        words.append(_("These weights came from a file: nothing was trained here yet."))
    elif len(moments.steps) == 1 and history.step:
        words.append(
            _("The run left no checkpoints: its last weights are shown, and no way to them.")
        )
    if moments.until is not None:
        words.append(
            _(
                "Replaying this run takes longer than an export may: beyond step {step:,} its"
                " checkpoints are shown, with larger gaps.",
                step=moments.until,
            )
        )
    return words
