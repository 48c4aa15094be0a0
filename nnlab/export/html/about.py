"""The description of a run on every page: figures, experiment in words, code, link."""

from typing import Any

from nnlab.config import Experiment, to_link
from nnlab.config.data import page_of
from nnlab.config.link import LINK, lab_path
from nnlab.config.replay_link import to_parameters
from nnlab.errors import NnlabError
from nnlab.export.script import script
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.status import WORDS
from nnlab.runs.rewind.reproduce import replayable
from nnlab.runs.store import Run
from nnlab.scene.words import data_lines, layer_lines, training_lines
from nnlab.settings import read_settings
from nnlab.texts import N_, _, formatted
from nnlab.training.events import FitStarted
from nnlab.version import VERSION
from nnlab.visible import visible

BASE = "http://localhost:8501"
"""Address of a lab on its own machine, unless configured."""
FIGURES = {
    "train_loss": N_("training loss"),
    "train_accuracy": N_("training accuracy"),
    "val_loss": N_("validation loss"),
    "val_accuracy": N_("validation accuracy"),
    "test_accuracy": N_("test accuracy"),
}
"""Labels of figures, by their names in events."""


def about(run: Run, history: History | None = None) -> dict[str, Any]:
    """Return what `nnlab/web/file/shell.js` draws around a page's own picture, as plain values.

    Returns:
        `title`, `status` (a word, and how far it came), `figures` (name, text, and all digits),
        `experiment` (groups of name and value), `layers` (name, shape, parameters), `code` (a
        script, or None) and `codeWord`, `link` and `linkWord`, `made` (by what it was trained).

    Raises:
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    history = history or History(EventReader(run.path).read_new())
    experiment, meta = run.experiment, run.meta
    code, code_word = _code(run)
    link, link_word = _link(run, experiment, history)
    return {
        "title": visible(meta.name),
        "run": run.id,
        "status": _status(run, history),
        "figures": figures(history),
        "experiment": [
            [_("Data"), data_lines(experiment.data)],
            [_("Training"), training_lines(experiment)],
        ],
        "layers": layer_lines(experiment.model, experiment.data),
        "code": code,
        "codeWord": code_word,
        "link": link,
        "linkWord": link_word,
        "made": made_by(history.started),
    }


def figures(history: History) -> list[tuple[str, str, float | None]]:
    """The newest figures: name, text, and the number itself where it is finite."""
    found = []
    for name, label in FIGURES.items():
        value = getattr(history.ended, name, None)
        value = history.latest(name) if name != "test_accuracy" else value
        if value is None:
            continue
        form = ".1%" if "accuracy" in name else ".4g"
        is_finite = value == value and abs(value) != float("inf")
        found.append((_(label), formatted(value, form), value if is_finite else None))
    return found


def _status(run: Run, history: History) -> str:
    said = _(WORDS[run.status()])
    if history.started is None:
        return said
    return _(
        "{status} · epoch {epoch:,} · step {step:,}",
        status=said,
        epoch=history.epoch,
        step=history.step,
    )


def _code(run: Run) -> tuple[str | None, str]:
    try:
        source = script(run, "module")
    except NnlabError as error:
        return None, str(error)
    return source, _(
        "Plain PyTorch, without nnlab: it trains the same network and prints its loss."
    )


def _link(run: Run, experiment: Experiment, history: History) -> tuple[str, str]:
    """An address that repeats the run, or one of its experiment, and what it does."""
    base = read_settings().public_url or BASE
    page = page_of(experiment.data)
    where = _("It opens in a lab at {base}; for another lab put its address there.", base=base)
    try:
        experiment, expected = replayable(run, history)
    except NnlabError as error:
        path = lab_path(page, {LINK: to_link(experiment)})
        return f"{base.rstrip('/')}/{path}", f"{error} {where}"
    path = lab_path(page, {LINK: to_link(experiment), **to_parameters(expected)})
    said = _("It trains the same experiment again and says whether the loss is the same.")
    return f"{base.rstrip('/')}/{path}", f"{said} {where}"


def made_by(started: FitStarted | None) -> str:
    """Describe the versions, device and processor that trained a run."""
    if started is None:
        return _("nnlab {version}", version=VERSION)
    parts = (
        _("nnlab {version}", version=started.nnlab),
        _("PyTorch {version}", version=started.torch),
        started.device,
        started.processor,
    )
    return ", ".join(part for part in parts if part)
