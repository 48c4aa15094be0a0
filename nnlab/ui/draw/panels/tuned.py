"""The effect of fine-tuning: gained accuracy on the drawings, and loss on the original data."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.config import Images
from nnlab.data.handwriting import as_part, read_frozen
from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.figures.pictures.digits import percent
from nnlab.insight.predictions import Predictions, predictions
from nnlab.texts import N_, _
from nnlab.ui import services
from nnlab.ui.components.tables import DASH, cell, row, table
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.messages import as_it_stands
from nnlab.ui.runtime.image_data import LABELS
from nnlab.ui.runtime.run_view import run_view
from nnlab.ui.runtime.snapshot import Snapshot
from nnlab.ui.words import plain


def show_tuned(frame: DrawFrame, pictures: NDArray[np.uint8], labels: NDArray[np.int64]) -> None:
    """Show accuracies before and after fine-tuning, live, if the chosen model was fine-tuned here.

    They are measured on the drawings it learned from, and on later ones, if there are any.
    """
    if frame.view is None or frame.moment is None:
        return
    run = frame.view.run
    data = frame.view.experiment.data
    before_id = run.meta.tuned_from
    if before_id is None or not isinstance(data, Images) or data.drawings is None:
        return
    try:
        before = run_view(before_id)
        taught, truths = read_frozen(data.drawings, services.settings().data_dir)
    except RunNotFoundError:
        st.caption(_("The model that it was tuned from was deleted: there is no before."))
        return
    except NnlabError as error:
        st.caption(as_it_stands(error))
        return
    history = frame.view.refresh()
    both = before.moment(), frame.moment
    learned = _("the {count} drawings it learned from", count=len(truths))
    rows = [_row(learned, *(_share(moment, taught, truths) for moment in both))]
    later = _later(pictures, taught)
    if len(later):
        since = _("{count} drawings kept since", count=len(later))
        shares = (_share(moment, pictures[later], labels[later]) for moment in both)
        rows.append(_row(since, *shares))
    if data.beside is not None:
        was = before.experiment.data
        is_same = data.beside in (was.kind, getattr(was, "beside", None))
        known = before.refresh().latest("val_accuracy") if is_same else None
        rows.append(
            _row(
                _("{label}, validation", label=_(LABELS[data.beside])),
                known,
                history.latest("val_accuracy"),
            )
        )
    name = before.run.meta.name
    heads = _("reads right"), _("before"), _("after"), _("change")
    st.html(table("nnlab-figures", rows, heads=heads))
    said = N_("Before: {name}. After: step {step:,} of this run.")
    if frame.training:
        said = N_("Before: {name}. After so far: step {step:,} of this run.")
    st.caption(_(said, name=plain(name), step=frame.moment.step))


def _row(name: str, before: float | None, after: float | None) -> str:
    cells = [cell(DASH if share is None else percent(share)) for share in (before, after)]
    change = DASH
    if before is not None and after is not None:
        change = _("{change:+.1f} points", change=100 * (after - before))
    return row(name, *cells, cell(change))


def _share(moment: Snapshot, pictures: NDArray[np.uint8], labels: NDArray[np.int64]) -> float:
    part = as_part(pictures, labels)
    found: Predictions = moment.explained(
        ("tuned", pictures.tobytes()), lambda network: predictions(network, part.x, part.y)
    )
    return float((found.truths == found.answers).mean())


def _later(pictures: NDArray[np.uint8], taught: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The places of the drawings that are not among those the run learned from."""
    known = {picture.tobytes() for picture in taught}
    return np.array(
        [i for i, picture in enumerate(pictures) if picture.tobytes() not in known], np.int64
    )
