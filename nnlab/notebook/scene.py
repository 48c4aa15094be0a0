"""The picture of a run on a notebook's page: the values and bytes of its file."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from nnlab.errors import NnlabError
from nnlab.export.html.bundle import FOLDER
from nnlab.export.html.document import document, page_style
from nnlab.export.html.picture import Picture
from nnlab.export.html.recorded_moments import Needed
from nnlab.runs.record.status import WORDS
from nnlab.texts import _

MOST_MOMENTS = 300
MOMENT_BYTES = 600_000
"""Limit for the weights of all moments in a notebook; as text they take a third more."""
PAGE_BYTES = 2_000_000
"""Limit for a page in a notebook; a larger one keeps fewer moments."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Scene:
    """A page, without what changes while the run trains."""

    title: str
    picture: Picture | None
    """Plane and network; None: curves alone."""
    needed: Needed | None
    """The tensors with which the browser evaluates the network; None: it cannot."""
    network: nn.Sequential | None = None
    """Network of a run of the lab, used to evaluate it; its weights are arbitrary."""
    grid: int = 0
    """How many values an answer has that the kernel computes over the plane; 0: none is."""
    words: tuple[str, ...] = ()
    """Notes for people, above the picture."""

    @property
    def most(self) -> int:
        """How many moments a notebook keeps."""
        size = self.needed.size if self.needed is not None else 0
        return max(2, min(MOST_MOMENTS, MOMENT_BYTES // (4 * max(1, size))))

    def live(self) -> str:
        """The page of a run that trains: it is told everything by the kernel."""
        return self._page("", {}, [], None, None)

    def saved(
        self, status: str, curves: dict[str, Any], steps: list[int], values: Floats, **more: Any
    ) -> str:
        """The page of a run that has ended: the whole recording, as far as it is kept.

        Args:
            status: a word of it.
            curves: of `curves_of`.
            steps: of the moments, ascending.
            values: float32 [t, size].
            more: `each`: steps an epoch; `answers`: float32 [outputs × places] of the last step.
        """
        whole = self._page(status, curves, steps, values, **more)
        if len(whole) <= PAGE_BYTES:
            return whole
        word = _(
            "Only its last weights are kept here: all of it would be too large for a notebook."
        )
        less = replace(self, words=(*self.words, word))
        last = less._page(status, curves, steps[-1:], values[-1:], **more)
        if len(last) <= PAGE_BYTES:
            return last
        word = _("Only its curves are kept here: its picture would be too large for a notebook.")
        return Scene(self.title, None, None, words=(*self.words, word))._page(
            status, curves, [], None
        )

    def _page(
        self,
        status: str,
        curves: dict[str, Any],
        steps: list[int],
        values: Floats | None,
        each: int | None = None,
        answers: Floats | None = None,
    ) -> str:
        drawn = self.picture.data if self.picture is not None else {}
        points = self.picture or Picture({}, np.empty(0, np.float32), np.empty(0, np.float32))
        tensors = self.needed.tensors if self.needed is not None else ()
        data = {
            **drawn,
            "title": self.title,
            "status": status,
            "statusWords": {name: _(word) for name, word in WORDS.items()},
            "network": drawn.get("network") if self.needed is not None else None,
            "grid": {"space": drawn["space"], "outputs": self.grid} if self.grid else None,
            "curves": curves,
            "moments": {"steps": steps, "tensors": tensors, "stepsPerEpoch": each},
            "last": steps[-1] if steps else 0,
            "words": self.words,
        }
        blobs = {
            "weights": b"" if values is None else values.astype("<f4").tobytes(),
            "inputs": points.inputs.astype("<f4").tobytes(),
            "targets": points.targets.astype("<f4").tobytes(),
            "answers": b"" if answers is None else answers.astype("<f4").tobytes(),
        }
        style = page_style("recording.css") + (FOLDER / "notebook" / "notebook.css").read_text(
            "utf-8"
        )
        return document(
            title=self.title, entry="notebook/stage.js", data=data, blobs=blobs, style=style
        ).decode("ascii")


def curves_alone(title: str, error: NnlabError | None = None) -> Scene:
    """Return the scene of a run that cannot be drawn; the error gives a reason a person can fix."""
    return Scene(title, None, None, words=(str(error),) if error is not None else ())
