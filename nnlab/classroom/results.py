"""The table of a class's results, as CSV that a spreadsheet reads and never runs."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from nnlab.config import Linear, Model
from nnlab.runs.record.status import WORDS
from nnlab.runs.store import Listed, RecordedSummary
from nnlab.texts import N_, _

COLUMNS = (
    *(N_("name"), N_("run"), N_("title"), N_("status"), N_("data"), N_("network")),
    *(N_("optimizer"), N_("learning rate"), N_("step"), N_("epoch"), N_("seconds")),
    *(N_("train_loss"), N_("train_accuracy"), N_("val_loss"), N_("val_accuracy")),
)
FIGURES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is a formula to a spreadsheet (OWASP, "CSV Injection"), in wide letters,
too."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Mark by which spreadsheets recognise UTF-8."""


def table_of(runs: Sequence[Listed], names: Mapping[str, str]) -> Iterator[bytes]:
    """The table, in pieces: a line for each run, without figures of the test set.

    Args:
        runs: those of the class; of a sweep the figures of its best network, of a recorded run none
            that it named itself.
        names: of people, by person; others are called `left`.
    """
    yield BYTE_ORDER_MARK + _line([_(column) for column in COLUMNS])
    for run in runs:
        last = run.ended or run.last
        figures = [getattr(last, name, None) for name in FIGURES]
        reached = [getattr(last, name, None) for name in ("step", "epoch", "seconds")]
        yield _line(
            [
                as_text(names.get(run.meta.owner) or _("left")),
                as_text(run.run.id),
                as_text(run.meta.name),
                _(WORDS[run.status]),
                *_trained(run),
                *reached,
                *figures,
            ]
        )


def as_text(value: str) -> str:
    """A cell that stays text: one that would be a formula begins with an apostrophe."""
    return f"'{value}" if value.lstrip(" \u00a0").startswith(FORMULA) else value


def _trained(run: Listed) -> list[object]:
    """Data, network, optimizer and rate."""
    if isinstance(run, RecordedSummary):
        return [_("recorded"), as_text(run.record.module), None, None]
    experiment = run.experiment
    optimizer = experiment.training.optimizer
    network = as_text(_in_short(experiment.model))
    return [as_text(experiment.data.kind), network, optimizer.kind, optimizer.lr]


def _in_short(model: Model) -> str:
    """`linear 8, tanh, linear 2`."""
    return ", ".join(
        f"{layer.kind} {layer.out_features}" if isinstance(layer, Linear) else layer.kind
        for layer in model.layers
    )


def _line(cells: Sequence[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode(errors="replace")
