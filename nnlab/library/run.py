"""A run of one network that the lab trains."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from torch import nn

from nnlab.config import Experiment, Images
from nnlab.data.description import describe
from nnlab.errors import NnlabError
from nnlab.export import export
from nnlab.library.answers import Examples, answers
from nnlab.library.any_run import AnyRun
from nnlab.library.asked.given import Changes, run_name, the_changes, whole_number
from nnlab.library.figures import curves_figure, figures_of, plane_figure
from nnlab.library.here.branching import make_branch
from nnlab.library.here.training import train_on
from nnlab.library.history import history_table
from nnlab.models import build
from nnlab.runs.network import load_network
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.status import RESUMABLE
from nnlab.runs.rewind.replay import state_at
from nnlab.settings import read_settings
from nnlab.texts import _


class Run(AnyRun):
    """A network in training, or trained: its course, its weights at any step, its branches.

    What it reads of its directory is as it is now; every method may raise `RunNotFoundError` (it
    was deleted) and `RunDamagedError` (a file of it cannot be read), both `NnlabError`.
    """

    @property
    def experiment(self) -> Experiment:
        """The experiment that reproduces the run: data, model, training, seeds."""
        return self.directory.experiment

    @property
    def history(self) -> pd.DataFrame:
        """A row for each step of which something was told, at most about ten a second.

        The index is `step`; columns are `epoch`, `seconds` and the metrics: `train_loss` (a mean
        since the last row), `val_loss`, `lr`, `grad_norm`, of classes `train_accuracy` and
        `val_accuracy`. NaN: not told at that step.
        """
        return history_table(self._history())

    @property
    def result(self) -> Mapping[str, Any]:
        """The figures of the final weights over the whole data, to the last digit.

        `train_loss`, `val_loss`, `best_val_loss` and so on; empty before the end.
        """
        return self._history().final_figures()

    @property
    def figures(self) -> tuple[str, ...]:
        """`loss`; of classes `accuracy`; of two inputs `boundary`."""
        return figures_of(self.experiment)

    def network(self, step: int | None = None) -> nn.Sequential:
        """The network in evaluation mode, on the CPU: yours to change.

        Args:
            step: with the very weights after so many steps, bit for bit: the nearest checkpoint
                before it, and the steps since then once more. None: the newest weights.

        Raises:
            NnlabError: the run has not made that step, or has no weights yet.
            DataUnavailableError: steps are to be made once more, and the run's data are not here.
        """
        if step is None:
            return load_network(self.directory)[0]
        state = state_at(self.directory, whole_number(step, _("A step")), read_settings().data_dir)
        experiment = self.experiment
        network = build(experiment.model, describe(experiment.data).input_shape)
        network.load_state_dict(state["model"])
        return network.eval()

    def predict(self, x: Examples) -> NDArray[np.float64]:
        """Return the newest weights' outputs for examples in the units of the experiment's data.

        Args:
            x: [n, *inputs], or one example [*inputs]: points as they lie on the plane, a table's
                own columns, pictures [channels, height, width] in 0..1, rows of tokens.

        Returns:
            Of classes their probabilities [n, classes]; of tokens [n, length, classes]; else values
            [n], those of a table as it is scaled: -1 is its lowest, 1 its highest. Of one example
            without n.

        Raises:
            NnlabError: another shape, no numbers, or a network that diverged.
        """
        experiment = self.experiment
        info = describe(experiment.data)
        return answers(
            self.network(),
            x,
            shape=info.input_shape,
            symbols=info.symbols,
            pictures=isinstance(experiment.data, Images),
            task=experiment.task,
        )

    def branch(
        self,
        step: int,
        changes: Changes,
        *,
        name: str | None = None,
        progress: bool = True,
    ) -> "Run":
        """Another run that goes on from a step of this one with something changed, and trains it.

        Args:
            step: one that this run has made; 0 is its beginning.
            changes: what may change in the middle of a run: numbers of the optimizer
                (`training.optimizer.lr`), penalties, single weights (`weights.0.weight.3.1`), the
                budget (`training.epochs`).
            name: else this run's, with the step and the changes.
            progress: a bar on stderr.

        Raises:
            NnlabError: no such step, a change that a branch cannot make, or no room.
        """
        made = make_branch(
            self.directory,
            whole_number(step, _("A step")),
            dict(the_changes(changes)),
            name=run_name(name),
        )
        train_on(made, progress=progress)
        return Run(made)

    def resume(self, *, progress: bool = True) -> "Run":
        """Train on a run that was stopped, paused or interrupted. Returns itself.

        Raises:
            NnlabError: it stands at its end, or is under way elsewhere.
        """
        self.directory.must_be_of_here()
        status = self.status
        if status not in RESUMABLE:
            raise NnlabError(
                _(
                    "A run that was stopped, paused or interrupted can go on, and {run} is"
                    " {status}: branch from one of its steps with another budget or rate, as in"
                    " run.branch(step, {example}).",
                    run=self.id,
                    status=status,
                    example="{'training.epochs': 100}",
                )
            )
        train_on(self.directory, progress=progress)
        return self

    def _history(self) -> History:
        return History(EventReader(self.path).read_new())

    def _figure(self, name: str, dark: bool) -> go.Figure:
        if name == "boundary":
            return plane_figure(self.directory, read_settings().data_dir, dark=dark)
        return curves_figure(self._history(), name, dark=dark)

    def _content(self, form: str) -> bytes:
        return export(self.directory, form)
