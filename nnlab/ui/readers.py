"""The runs that can read a drawing: networks of 28×28 pictures that have weights."""

from collections.abc import Sequence
from dataclasses import dataclass

from nnlab.config import Images
from nnlab.figures.digits import percent
from nnlab.runs import ALIVE, Summary
from nnlab.runs.checkpoints import LIVE
from nnlab.ui import services

NO_DIGITS = ("fashion-mnist",)
"""Data sets of pictures that are no digits."""


@dataclass(frozen=True)
class Reader:
    """A run whose network can be shown a picture."""

    run_id: str
    name: str
    val_accuracy: float | None
    """At the end of its training, in [0, 1]."""
    training: bool
    reads_digits: bool

    @property
    def label(self) -> str:
        """`digits · 8c-16c relu · adam 0.005 · 98.3% validation accuracy`."""
        if self.training:
            return f"{self.name} · still training"
        if self.val_accuracy is None:
            return self.name
        return f"{self.name} · {percent(self.val_accuracy)} validation accuracy"


def readers() -> list[Reader]:
    """All of them, the newest first, and those that know no digits last."""
    found = [
        _reader(summary)
        for summary in services.store().summaries(services.launcher().pending())
        if isinstance(summary.experiment.data, Images) and (summary.run.path / LIVE).is_file()
    ]
    return sorted(found, key=lambda reader: not reader.reads_digits)


def labels(found: Sequence[Reader]) -> dict[str, str]:
    """A label for each run id, each another one: equal ones say the end of their id, too."""
    plain = [reader.label for reader in found]
    return {
        reader.run_id: label if plain.count(label) == 1 else f"{label} · {reader.run_id[-6:]}"
        for reader, label in zip(found, plain, strict=True)
    }


def _reader(summary: Summary) -> Reader:
    return Reader(
        run_id=summary.run.id,
        name=summary.meta.name,
        val_accuracy=summary.ended.val_accuracy if summary.ended else None,
        training=summary.status in ALIVE,
        reads_digits=summary.experiment.data.kind not in NO_DIGITS,
    )
