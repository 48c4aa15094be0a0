"""The description of a sweep on its page: as `about` for one run."""

from typing import Any

from nnlab.config import Sweep, to_link
from nnlab.config.link import LINK, lab_path
from nnlab.export.html.about import BASE, FIGURES, made_by
from nnlab.runs.record.status import WORDS
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.scene.sweep_fields import label_of, values_text
from nnlab.scene.words import data_lines, layer_lines, training_lines
from nnlab.settings import read_settings
from nnlab.texts import _, formatted
from nnlab.visible import visible


def about_sweep(run: Run, sweep: Sweep, history: SweepHistory | SearchHistory) -> dict[str, Any]:
    """Plain values, as nnlab/web/file/shell.js takes them. Raises as `Run.meta` does."""
    base = (read_settings().public_url or BASE).rstrip("/")
    experiment = sweep.experiment
    return {
        "title": visible(run.meta.name),
        "run": run.id,
        "status": _status(run, sweep),
        "figures": _figures(history),
        "experiment": [
            [
                _("What varies"),
                [
                    (label_of(axis.path), values_text(values))
                    for axis, values in zip(sweep.axes, sweep.points, strict=True)
                ],
            ],
            [_("Data"), data_lines(experiment.data)],
            [_("Training"), training_lines(experiment)],
        ],
        "layers": layer_lines(experiment.model, experiment.data),
        "code": None,
        "codeWord": "",
        "link": f"{base}/{lab_path('sweep', {LINK: to_link(sweep)})}",
        "linkWord": _(
            "It trains all of these networks again. It opens in a lab at {base}; for another lab"
            " put its address there.",
            base=base,
        ),
        "made": made_by(history.started),
    }


def _status(run: Run, sweep: Sweep) -> str:
    return _(
        "{n:,} network · {status}",
        "{n:,} networks · {status}",
        n=sweep.count,
        status=_(WORDS[run.status()]),
    )


def _figures(history: SweepHistory | SearchHistory) -> list[tuple[str, str, float | None]]:
    """Return the figures of the best network."""
    best = history.best()
    if best is None:
        return []
    found: list[tuple[str, str, float | None]] = [(_("the best network"), str(best), None)]
    for name, label in FIGURES.items():
        if name not in history.names:
            continue
        value = float(history.figures(name)[best])
        if value == value:
            form = ".1%" if "accuracy" in name else ".4g"
            found.append((_(label), formatted(value, form), value))
    return found
