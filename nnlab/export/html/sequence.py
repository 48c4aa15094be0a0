"""The page of a network of sequences: type tokens, see its answer and where it looks."""

from nnlab.config import Attention, Experiment, Sequences
from nnlab.data import registry
from nnlab.data.description import describe, token_names
from nnlab.errors import NnlabError
from nnlab.export.html.about import about
from nnlab.export.html.bundle import FOLDER
from nnlab.export.html.curves import curves_of
from nnlab.export.html.document import document, page_style
from nnlab.export.html.few_weights import few_weights
from nnlab.export.html.plain import network_of
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from nnlab.scene.look import attention_colours
from nnlab.settings import read_settings
from nnlab.texts import _

EXAMPLES = 200
"""Sequences that were held out, of which the page draws one at random."""


def page(run: Run) -> bytes:
    """The page of a run on sequences.

    Raises:
        NnlabError: there are no weights yet, or they are too many.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    experiment = run.experiment
    data = experiment.data
    assert isinstance(data, Sequences), "asked of sequences alone"
    weights = few_weights(run)
    history = History(EventReader(run.path).read_new())
    said, info = about(run, history), describe(data)
    examples, word = _examples(data)
    return document(
        title=said["title"],
        entry="file/sequence.js",
        data={
            **said,
            "network": network_of(experiment),
            "task": data.task,
            "labels": list(token_names(data)),
            "answers": list(info.class_names or ()),
            "each": info.for_each_token,
            "examples": examples,
            "examplesWord": word,
            "attention": _attention(experiment),
            "light": attention_colours(dark=False),
            "dark": attention_colours(dark=True),
            "curves": curves_of(history),
            "last": history.step,
        },
        blobs={"weights": weights},
        style=(FOLDER / "learn" / "attention.css").read_text("utf-8") + page_style("sequence.css"),
    )


def _examples(data: Sequences) -> tuple[list[list[int]], str]:
    """Return some held-out examples, or some training ones if none are, and which they are."""
    splits = registry.load(data, read_settings().data_dir)
    x, word = splits.val.x, _("One that was held out from training, drawn at random.")
    if not len(x):
        x, word = splits.train.x, _("One that trained, drawn at random: none was held out.")
    if not len(x):
        raise NnlabError(_("These data hold no sequence: there is none to show."))
    return x[:EXAMPLES].tolist(), word


def _attention(experiment: Experiment) -> list[dict[str, int]]:
    """The attention layers, by their places in the network, and how many heads each has."""
    return [
        {"layer": place, "heads": layer.heads}
        for place, layer in enumerate(experiment.model.layers)
        if isinstance(layer, Attention)
    ]
