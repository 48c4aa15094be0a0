"""A run that somebody's own loop wrote down (`nnlab.record`)."""

import pandas as pd
import plotly.graph_objects as go

from nnlab.export import export
from nnlab.figures.metrics import metric_figure
from nnlab.figures.overlay import Curve
from nnlab.library.any_run import AnyRun
from nnlab.library.history import joined
from nnlab.runs.record.log import EventReader
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.recorded.record import Record


class RecordedRun(AnyRun):
    """What was recorded of a loop: every metric by its own name. The lab cannot train it on."""

    @property
    def record(self) -> Record:
        """What is known of the module and of the data. Raises as `meta`."""
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

    def _history(self) -> RecordedHistory:
        return RecordedHistory(EventReader(self.path).read_new())

    def _figure(self, name: str, dark: bool) -> go.Figure:
        return metric_figure(name, [Curve(self.name, *self._history().curve(name))], dark=dark)

    def _content(self, form: str) -> bytes:
        return export(self.directory, form)
