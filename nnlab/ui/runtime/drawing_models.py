"""Networks that can read a drawing: of 1×28×28 pictures, trained here or shipped with nnlab."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from nnlab.config import Experiment, Images
from nnlab.data.description import describe
from nnlab.data.published import DIGIT_NAMES
from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.figures.pictures.digits import percent
from nnlab.readers import NAMES
from nnlab.runs.record.status import ALIVE
from nnlab.runs.record.weight_files import LIVE, list_recorded
from nnlab.runs.store import RecordedSummary, Run, Summary, summarise
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.run_names import distinct
from nnlab.ui.runtime.image_data import LABELS
from nnlab.ui.runtime.recorded_reader import names_of, reads_drawings, why_no_drawings

DRAWING = (1, 28, 28)
"""Channels, height and width of a drawing as a network receives it."""
BEST_FIRST = (
    "mnist-hands", "mnist-strokes", "handwriting", "digits-strokes", "mnist", "digits",
)  # fmt: skip
"""Data sets by how well what learned from them reads what people draw (README, "Real hands").
Drawings of one's own hands are for these hands."""
OWN = "pictures"
"""The data set of classes of somebody's own; of those that can read a drawing all are drawn."""
RECORDED = "recorded"
"""In the place of a data set: a loop of somebody's own."""
NO_DIGITS = ("fashion-mnist",)
"""Data sets of pictures that are no digits."""


@dataclass(frozen=True)
class Reader:
    """A run whose network can be shown a drawing."""

    run_id: str
    name: str
    val_accuracy: float | None
    """At the end of its training, in [0, 1]."""
    training: bool
    data: str
    """The kind of its data set: `mnist`."""
    class_names: tuple[str, ...]
    recipe: str | None = None
    """Id of the recipe that trained it."""
    ships: bool = False
    """Whether it ships with nnlab, rather than being trained here."""
    test_accuracy: float | None = None
    """Accuracy of a shipped network on its data's own test pictures, in [0, 1]."""
    recorded: bool = False
    """Whether a recorded loop trained it, so that it has no experiment."""

    @property
    def reads_digits(self) -> bool:
        """Whether its classes are the ten digits."""
        return self.class_names == DIGIT_NAMES

    @property
    def reads_own(self) -> bool:
        """Whether it has learned classes that somebody taught by drawings."""
        return self.data == OWN

    @property
    def label(self) -> str:
        """`digits · 8c-16c relu · adam 0.005 · 98.3% validation accuracy on digits`."""
        words = [self.name]
        if self.recorded:
            words.append(_("recorded") if self.reads_digits else _("recorded, no digits"))
        elif not self.reads_digits:
            words.append(
                _("own drawings") if self.reads_own else _("no digits but {data}", data=self.data)
            )
        if self.ships:
            words.append(_("ships with nnlab"))
        if self.training:
            words.append(_("still training"))
        elif self.test_accuracy is not None:
            words.append(_("{share} of MNIST's test digits", share=percent(self.test_accuracy)))
        elif self.val_accuracy is not None:
            # A share of easy pictures is no better than a lower one of hard ones.
            words.append(
                _(
                    "{share} validation accuracy on {data}",
                    share=percent(self.val_accuracy),
                    data=_(LABELS.get(self.data, self.data)),
                )
            )
        return " · ".join(words)


def readers() -> list[Reader]:
    """One's own first, then what ships; of each those that read hands best, by their data.

    The newest of equals comes first; those that know no digits come last. Recorded ones stand
    behind the others: what their classes mean only their author knows.
    """
    found = [
        _reader(summary)
        for summary in doors.store().summaries(doors.launcher().pending())
        if _reads_drawings(summary.experiment) and (summary.run.path / LIVE).is_file()
    ]
    found += shipped_readers()
    found += [
        _recorded_reader(summary)
        for summary in doors.store().recorded()
        if reads_drawings(summary.record) and _has_weights(summary.run)
    ]
    return sorted(
        found,
        key=lambda reader: (
            not reader.reads_digits,
            reader.recorded,
            reader.ships,
            _rank(reader.data),
        ),
    )


def shipped_readers() -> list[Reader]:
    """Those that ship with nnlab and can be read; `shipped_trouble` says why another cannot."""
    found = []
    for name in NAMES:
        with contextlib.suppress(NnlabError):
            found.append(_reader(summarise(doors.store().get(name))))
    return found


def shipped_trouble() -> str | None:
    """Why a reader that ships cannot be read; None where all can, as they should."""
    try:
        for name in NAMES:
            doors.store().get(name)
    except NnlabError as error:
        return str(error)
    return None


def why_not(run_id: str) -> str:
    """Why a run is none of the readers, for the person who asked for it."""
    try:
        run = doors.store().get(run_id)
        if run.is_recorded:
            return _why_not_recorded(run)
        experiment = run.experiment
    except RunNotFoundError:
        return _("The model that was chosen here is gone: its run was deleted.")
    except NnlabError as error:
        return str(error)
    if _reads_drawings(experiment):
        return _("The run '{name}' has no weights yet: let it train first.", name=run.meta.name)
    shape = "×".join(str(size) for size in describe(experiment.data).input_shape)
    return _(
        "The run '{name}' cannot read a drawing: a drawing is 1×28×28 numbers between 0"
        " and 1, and its network reads {kind}, {shape}. Choose a model that was"
        " trained on pictures of that size.",
        name=run.meta.name,
        kind=experiment.data.kind,
        shape=shape,
    )


def _why_not_recorded(run: Run) -> str:
    if reads_drawings(run.recorded):
        return _("The run '{name}' has no weights yet: let it train first.", name=run.meta.name)
    return why_no_drawings(run)


def labels(found: Sequence[Reader]) -> dict[str, str]:
    """A label for each run id, each another one: equal ones say the end of their id, too."""
    return distinct({reader.run_id: reader.label for reader in found})


def _rank(data: str) -> int:
    return BEST_FIRST.index(data) if data in BEST_FIRST else len(BEST_FIRST)


def _reads_drawings(experiment: Experiment) -> bool:
    info, data = describe(experiment.data), experiment.data
    if isinstance(data, Images) and data.pictures is not None and data.pictures.made != "drawn":
        return False  # photographs: a drawing, light on dark, says nothing there
    return info.input_shape == DRAWING and info.class_names is not None


def _has_weights(run: Run) -> bool:
    return (run.path / LIVE).is_file() or bool(list_recorded(run.path))


def _recorded_reader(summary: RecordedSummary) -> Reader:
    return Reader(
        run_id=summary.run.id,
        name=summary.meta.name,
        val_accuracy=None,
        training=summary.status in ALIVE,
        data=RECORDED,
        class_names=names_of(summary.record) or (),
        recorded=True,
    )


def _reader(summary: Summary) -> Reader:
    return Reader(
        run_id=summary.run.id,
        name=summary.meta.name,
        val_accuracy=summary.ended.val_accuracy if summary.ended else None,
        training=summary.status in ALIVE,
        data=summary.experiment.data.kind,
        class_names=describe(summary.experiment.data).class_names or (),
        recipe=summary.meta.recipe,
        ships=summary.run.ships,
        test_accuracy=summary.ended.test_accuracy if summary.run.ships and summary.ended else None,
    )
