"""A recorded network's answers over the plane, where only ONNX holds it: computed by the kernel."""

from collections.abc import Callable

import numpy as np
import torch

from nnlab.errors import NnlabError
from nnlab.export.html.recorded_moments import Floats
from nnlab.export.html.recorded_picture import is_logit
from nnlab.notebook.news import News
from nnlab.runs.record.status import Status
from nnlab.runs.recorded.network import load_recorded
from nnlab.runs.run import Run

SIDE = 100
"""Places along each side, as nnlab/web/grid.js has them."""


def answers_over(run: Run, extent: tuple[float, float]) -> tuple[int, Floats]:
    """The step of the newest weights, and what they say: float32 [outputs, SIDE²].

    Row by row from the top. Of one logit 0 stands before it, so that softmax makes a sigmoid's
    probabilities of the two.

    Raises:
        NnlabError: there are no weights yet, or the graph cannot be evaluated.
    """
    network = load_recorded(run)
    low, high = extent
    middles = low + (high - low) / SIDE * (np.arange(SIDE) + 0.5)
    across, up = np.meshgrid(middles, middles[::-1])
    x = torch.from_numpy(np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32))
    answers = network(x).reshape(len(x), -1).numpy().T.astype(np.float32)
    if is_logit(run.recorded):
        answers = np.concatenate([np.zeros_like(answers), answers])
    return network.step, answers


def drawing_of(extent: tuple[float, float]) -> Callable[[News, Status], None]:
    """Return the function with which a `Follower` draws."""

    def draw(news: News, status: Status) -> None:
        try:
            step, answers = answers_over(news.run, extent)
        except NnlabError:
            return  # no weights yet; later there are
        news.tell_picture(step, answers, status)

    return draw
