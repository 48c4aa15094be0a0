"""The page of a network of pictures that are not drawn: some of them, and what it says to each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.config import Images
from nnlab.data import images
from nnlab.data.description import describe
from nnlab.data.published import SETS
from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.export.html.about import about
from nnlab.export.html.curves import curves_of
from nnlab.export.html.document import document, page_style
from nnlab.export.html.few_weights import few_weights
from nnlab.export.html.plain import network_of
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from nnlab.settings import read_settings
from nnlab.texts import N_, _

MOST_PICTURES = 300
MOST_BYTES = 1_000_000
"""Limit for the pictures, a byte for each value."""
LICENCES = {
    "fashion-mnist": N_("Fashion-MNIST, by Zalando Research: MIT licence"),
    "kmnist": N_("KMNIST, by the Center for Open Data in the Humanities: CC BY-SA 4.0"),
    "emnist": N_("EMNIST, by Western Sydney University, of NIST Special Database 19"),
    "cifar10": N_("CIFAR-10, by Krizhevsky, Nair and Hinton, who state no licence"),
}
"""Licences of the data sets whose pictures are in the file."""


def page(run: Run) -> bytes:
    """The page of a run whose network reads pictures.

    Raises:
        NnlabError: there are no weights yet or too many, or the pictures are not here.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    experiment = run.experiment
    data = experiment.data
    assert isinstance(data, Images), "asked of pictures alone"
    weights = few_weights(run)
    history = History(EventReader(run.path).read_new())
    part, validated = _pictures(data)
    chosen = evenly(part.y.numpy(), _most(part))
    said = about(run, history)
    pictures = part.x[chosen].numpy()
    return document(
        title=said["title"],
        entry="file/pictures.js",
        data={
            **said,
            "network": network_of(experiment),
            "names": list(describe(data).class_names or ()),
            "labels": part.y[chosen].tolist(),
            "picturesWord": _("of those that validated")
            if validated
            else _("of those that trained: none validated"),
            "licence": _licence(data),
            # A photograph is as it is; a set of one kind is light on dark, or dark on light.
            "isLight": bool(_is_light(pictures)) if data.pictures is None else None,
            "whole": data.pictures is not None and data.pictures.made == "whole",
            "curves": curves_of(history),
            "last": history.step,
        },
        blobs={"weights": weights, "pictures": np.rint(255 * pictures).astype(np.uint8).tobytes()},
        style=page_style("pictures.css"),
    )


def _pictures(data: Images) -> tuple[Part, bool]:
    """Return the validation pictures, else training ones, and which; sealed ones stay sealed.

    Raises as `nnlab.data.images.load` does.
    """
    folder = read_settings().data_dir
    part = images.load_validation(data, folder)
    if len(part):
        return part, True
    part = images.load(data, folder).train
    if not len(part):
        raise NnlabError(_("These data hold no picture: there is none to show."))
    return part, False


def _most(part: Part) -> int:
    return max(1, min(MOST_PICTURES, MOST_BYTES // part.x[0].numel()))


def evenly(labels: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The places of at most so many pictures, of each class as many, in the order of the data."""
    classes = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    each = max(1, most // len(classes))
    return np.sort(np.concatenate([places[:each] for places in classes]))[:most]


def _licence(data: Images) -> str:
    if data.kind in LICENCES:
        return _(LICENCES[data.kind])
    label = _(SETS[data.kind].label) if data.kind in SETS else data.kind
    return _("{label}: who made the pictures says how they may be used", label=label)


def _is_light(pictures: NDArray[np.float32]) -> Any:
    """Whether their edge is nearer to white than to black, as of a photograph of paper."""
    edge = np.concatenate([pictures[..., 0, :], pictures[..., -1, :]], axis=-1)
    return np.median(edge) > 0.5
