"""A run that somebody's own loop wrote down (`nnlab.record`)."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from nnlab.export import export
from nnlab.export.html.recorded_picture import is_logit
from nnlab.figures.metrics import metric_figure
from nnlab.figures.overlay import Curve
from nnlab.library.answers import Examples, answers
from nnlab.library.any_run import AnyRun
from nnlab.library.asked.given import whole_number
from nnlab.library.history import joined
from nnlab.runs.record.log import EventReader
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.recorded.network import RecordedNetwork, load_recorded, recorded_steps
from nnlab.runs.recorded.record import Record
from nnlab.texts import _


class RecordedRun(AnyRun):
    """A recorded loop, with every metric under its own name. The lab cannot train it."""

    @property
    def record(self) -> Record:
        """The description of the module and of the data. Raises as `meta`."""
        return self.directory.recorded

    @property
    def history(self) -> pd.DataFrame:
        """A row for each step at which metrics were written, a column for each of them."""
        found = self._history()
        return joined((name, found.curve(name)) for name in found.curves)

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of its metrics."""
        return tuple(self._history().curves)

    @property
    def steps(self) -> tuple[int, ...]:
        """Return the steps whose weights were kept, ascending."""
        return tuple(recorded_steps(self.directory))

    def network(self, step: int | None = None) -> RecordedNetwork:
        """The network, answered for by onnxruntime: it has no gradients and no parameters.

        `network(x)` takes a float tensor [n, *inputs]; `network.weights` are arrays by the names of
        the `state_dict`.

        Args:
            step: one of `steps`; None: the newest weights.

        Raises:
            NnlabError: ONNX could not hold it (says why), or there are no weights of that step.
            RunDamagedError: a file cannot be read.
        """
        number = None if step is None else whole_number(step, _("A step"))
        return load_recorded(self.directory, number)

    def predict(self, x: Examples) -> NDArray[np.float64]:
        """Return the newest weights' outputs for examples.

        Args:
            x: [n, *inputs], or one example [*inputs], as the module takes them.

        Returns:
            Of classes the softmax of its outputs, [n, classes]; of numbers values [n]; of neither
            the outputs as they are. Of one example without n.

        Raises:
            NnlabError: another shape, no numbers, or as `network`.
        """
        network, record = self.network(), self.record
        return answers(
            network,
            x,
            shape=record.inputs or (),
            task=record.task,
            is_logit=is_logit(record),
        )

    def _history(self) -> RecordedHistory:
        return RecordedHistory(EventReader(self.path).read_new())

    def _figure(self, name: str, dark: bool) -> go.Figure:
        return metric_figure(name, [Curve(self.name, *self._history().curve(name))], dark=dark)

    def _content(self, form: str) -> bytes:
        return export(self.directory, form)
