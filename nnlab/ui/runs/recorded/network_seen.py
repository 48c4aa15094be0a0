"""A recorded network at one step, with the examples that it is shown."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.insight.predictions import Predictions, predictions
from nnlab.runs.recorded.answers import (
    as_logits,
    as_values,
    class_names,
    ends_in,
    is_one_number,
    takes_tokens,
)
from nnlab.runs.recorded.pictures import PictureForm, picture_form
from nnlab.runs.recorded.record import DATA, Record
from nnlab.runs.store import RecordedSummary
from nnlab.texts import _
from nnlab.ui.runtime.recorded_view import mark_of, recorded_examples, recorded_moment
from nnlab.ui.runtime.snapshot import Snapshot

T = TypeVar("T")
MOST_IN_TABLE = 50
"""Classes of a table that a person can still read."""
MOST_COLOURS = 10
"""Classes of a plane: each has a colour."""


@dataclass(frozen=True)
class Seen:
    """The data from which the views of the part Network are drawn."""

    record: Record
    moment: Snapshot
    """Its `network` gives the raw outputs for raw inputs."""
    x: Tensor | None
    """[n, *inputs], n at least 1; None: no examples were recorded, or none of them is finite."""
    y: Tensor | None
    """int64 [n] classes, or float32 [n, 1] values; None: no targets, or of another kind."""
    names: tuple[str, ...] | None
    """Class names; None where there are no classes."""
    data_mark: Hashable
    """Another one whenever the file of the examples was written."""

    @property
    def form(self) -> PictureForm | None:
        """How it takes pictures; None where its inputs are none."""
        return picture_form(self.record, self.x)

    @property
    def views(self) -> list[str]:
        """The views that say something of it, the first one first."""
        named, pictures = self.names is not None, self.form is not None
        with_classes = named and self.x is not None and self.y is not None
        is_value = not named and is_one_number(self.record)
        colours = len(self.names or ()) <= MOST_COLOURS
        between = not takes_tokens(self.moment.network)
        found = {
            "Plane": self.record.is_plane and between and (is_value or (named and colours)),
            "Curve": self.record.inputs == (1,) and between and is_value,
            "Confusion": with_classes and len(self.names or ()) <= MOST_IN_TABLE,
            "Mistakes": with_classes and pictures,
            "Attribution": with_classes and pictures,
        }
        return [name for name, says in found.items() if says]

    def why_no_view(self) -> str:
        """Why there is none of them."""
        if self.record.outputs is not None and len(self.record.outputs) > 1:
            return _(
                "The network gives {shape} numbers for each example: no chart here shows them.",
                shape="×".join(map(str, self.record.outputs)),
            )
        if self.x is None or self.y is None:
            return _("Without recorded examples and targets its answers are compared with nothing.")
        return _("No chart here shows what this network takes and gives.")

    def cached(self, what: Hashable, make: Callable[[nn.Sequential], T]) -> T:
        """Return `make(network)`, cached; the network maps [n, *inputs] to logits, or to a value.

        Made once for this step, these names and these examples.
        """

        def of_outputs(network: nn.Sequential) -> T:
            if self.names is not None:
                return make(as_logits(network, ends_in(network)))
            return make(as_values(network))

        key = (what, self.names, self.data_mark)
        return self.moment.cached(key, of_outputs)

    def predictions(self) -> Predictions:
        """The network's prediction for each example. There are classes, examples and targets."""
        x, y = self.x, self.y
        assert x is not None
        assert y is not None
        return self.cached("predictions", lambda network: predictions(network, x, y))

    def pictures(self, places: NDArray[np.int64] | list[int]) -> NDArray[np.float32]:
        """Examples as pictures [n, c, h, w] in [0, 1]."""
        form, x = self.form, self.x
        assert form is not None
        assert x is not None
        return form.pictures(x[list(places)]).numpy()


def see(summary: RecordedSummary, step: int | None, *, moving: bool) -> Seen:
    """The network at a kept step (None: the newest), and its examples.

    Raises:
        NnlabError: there is no graph, no weights, or a file cannot be read.
    """
    record = summary.run.recorded
    moment = recorded_moment(summary.run, step, moving=moving)
    names = class_names(record)
    mark = mark_of(summary.run, DATA)
    x, y = recorded_examples(summary.run) if record.examples else (None, None)
    if x is None or not len(x):
        return Seen(record, moment, None, None, names, mark)
    return Seen(record, moment, x, _targets(y, names, record), names, mark)


def _targets(y: Tensor | None, names: tuple[str, ...] | None, record: Record) -> Tensor | None:
    """In the form that the views take. Raises NnlabError: a class that is none."""
    if y is None or y.numel() != len(y):
        return None
    if names is None:
        return y.float().reshape(-1, 1) if is_one_number(record) else None
    classes = y.round().long().reshape(-1)
    if not 0 <= int(classes.min()) <= int(classes.max()) < len(names):
        raise NnlabError(
            _(
                "The recorded targets go from {low} to {high}, and the classes from 0 to {last}:"
                " record the run with targets that are numbers of classes.",
                low=int(classes.min()),
                high=int(classes.max()),
                last=len(names) - 1,
            )
        )
    return classes
