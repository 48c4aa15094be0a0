"""The trials of a search that have begun."""

from nnlab.runs.search.history import SearchHistory
from nnlab.runs.sweeps.ranked import Columns, Of


class Begun:
    """The trials of a search that have begun, read as the networks of a sweep are."""

    def __init__(self, history: SearchHistory) -> None:
        self._history = history
        self.numbers = sorted(history.trials)
        """Numbers of the trials."""
        self.step = history.step
        self.names = history.names
        self.steps = history.steps[self.numbers]
        self.reasons = [history.reasons[number] for number in self.numbers]
        self.values = [history.trials[number].newest.values for number in self.numbers]
        """Values of each trial on each axis."""
        self.runs = [history.trials[number].newest.run for number in self.numbers]
        """The id of each one's run."""

    def figures(self, metric: str, of: Of) -> Columns:
        """float64 [trials]: NaN where one has none."""
        return self._history.figures(metric, of)[self.numbers]

    def curve(self, metric: str) -> tuple[Columns, Columns]:
        """Steps [k], and figures [k, trials]."""
        steps, values = self._history.curve(metric)
        return steps, values[:, self.numbers]
