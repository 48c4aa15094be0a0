"""`python -m nnlab predict` of a network that somebody's own loop trained."""

from torch import nn

from nnlab.errors import NnlabError
from nnlab.runs.recorded.answers import as_logits, class_names
from nnlab.runs.recorded.network import load_recorded, recorded_data
from nnlab.runs.recorded.pictures import DRAWING, picture_form
from nnlab.runs.store import Run
from nnlab.texts import _


def recorded_reader(run: Run) -> tuple[nn.Module, tuple[str, ...]]:
    """Logits [n, k] of grey pictures [n, 1, 28, 28] in [0, 1], and the names of the classes.

    Where the recorded examples leave [0, 1], their smallest and largest number are black and white.

    Raises:
        NnlabError: it reads no such pictures, or has no graph or weights; says why.
        RunDamagedError: a file cannot be read.
    """
    record = run.recorded
    names = class_names(record)
    form = picture_form(record, recorded_data(run)[0] if record.examples else None)
    if form is None or form.shape != DRAWING or names is None:
        raise NnlabError(
            _(
                "The run {run} is a recording whose network does not sort grey pictures of 28×28"
                " into classes: predict reads such pictures. In Python, nnlab.open('{run}')"
                " answers for any inputs.",
                run=run.id,
            )
        )
    network = load_recorded(run)
    return as_logits(form.through(network), network.session.ends_in), names
