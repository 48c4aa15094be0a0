"""The network and the validation pictures that the tabs of the Images page show."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.data.description import names_of, shape_of
from nnlab.data.splits import Part
from nnlab.insight.predictions import Predictions, predictions
from nnlab.texts import _
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.runtime.datasets import validation_of
from nnlab.ui.runtime.snapshot import Snapshot, settled, untrained

WHILE_TRAINING = 1_000
"""Validation pictures evaluated while the run trains; otherwise all are."""


@dataclass(frozen=True)
class TabContext:
    """A network and validation pictures, for one tab. The test set stays sealed."""

    moment: Snapshot
    """Snapshot of the network; while the run trains, renewed once a second for all viewers."""
    part: Part
    """Pictures x float32 [n, c, h, w] in [0, 1] and classes y int64 [n]; n at least 1."""
    names: tuple[str, ...]
    """Class names."""
    of: int
    """Number of all validation pictures."""

    def predictions(self) -> Predictions:
        """Return the network's predictions for all pictures of `part`."""
        x, y = self.part.x, self.part.y
        return self.moment.cached(
            ("predictions", len(y)), lambda network: predictions(network, x, y)
        )

    def picture(self, place: int) -> NDArray[np.float32]:
        """Return one picture, float32 [c, h, w] in [0, 1]."""
        return self.part.x[place].numpy()

    def when(self) -> str:
        """Return text such as `At step 1,200`."""
        if self.moment.step == 0:
            return _("Untrained")
        return _("At step {step:,}", step=self.moment.step)

    def words(self) -> str:
        """Return `At step 1,200, over the first 1,000 of 10,000 validation pictures`."""
        number = len(self.part)
        when = self.when()
        if number == self.of:
            return _("{when}, over the {number:,} validation pictures", when=when, number=number)
        return _(
            "{when}, over the first {number:,} of {total:,} validation pictures",
            when=when,
            number=number,
            total=self.of,
        )


def tab_context(frame: ImagesFrame) -> TabContext | None:
    """Return the context of a tab; None, with a message on the page, if there are no pictures.

    Raises:
        NnlabError: the pictures or the weights cannot be read.
    """
    if frame.pictures is None or not len(frame.pictures.val_y):
        st.caption(_("There are no validation pictures to show."))
        return None
    if frame.view is None and frame.blocked:
        st.caption(_("There is no network yet: the one in the form cannot be built."))
        return None
    data = frame.data
    moving = frame.status == "running"
    part = validation_of(data)
    moment = (
        settled(frame.view, frame.view.moment(), moving=moving)
        if frame.view is not None
        else untrained(frame.experiment.model, shape_of(data))
    )
    asked = part
    if moving and len(part) > WHILE_TRAINING:
        asked = Part(part.x[:WHILE_TRAINING], part.y[:WHILE_TRAINING])
    return TabContext(moment, asked, names_of(data), len(part))
