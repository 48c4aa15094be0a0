"""The tab Test set: sealed, opened by a button; every evaluation is counted."""

import streamlit as st

from nnlab.figures.pictures.digits import percent
from nnlab.runs.testset import has_test
from nnlab.texts import _
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.lab.test_set import show_test_set
from nnlab.ui.runtime.drawing_accuracy import standing
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.session.widgets import images as widgets


def draw_test_set(frame: ImagesFrame) -> None:
    """Draw the tab Test set."""
    st.markdown(
        _(
            "If you try learning rates and layers until the validation looks best, you have fitted"
            " these choices to the validation pictures. Nothing is fitted to the **test set**, as"
            " long as it is evaluated only once, at the end."
        )
    )
    if frame.view is None:
        st.caption(_("Train first: there is nothing to test in an untrained network."))
    elif not has_test(frame.experiment):
        st.caption(_("'{kind}' has no test set of its own.", kind=frame.data.kind))
    elif frame.status in ("running", "starting", "queued"):
        st.caption(_("It can be opened once the run is paused or has ended."))
    else:
        show_test_set(frame.view.run, widgets)
        _show_handwriting(frame.view)
        if frame.data.test != "sealed":
            st.caption(
                _(
                    "In this experiment the run itself evaluates the test set, as the published"
                    " original did; this is counted, too."
                )
            )


def _show_handwriting(view: RunView) -> None:
    """Show the accuracy on the saved drawings, a second test set that training has not seen."""
    found = standing(view.moment(), view.info)
    if found is None:
        return
    right, number = found
    st.markdown(
        _(
            "**Our handwriting**, the drawings kept on /draw: **{right:,} of {number:,}** are read"
            " right ({share}).",
            right=right,
            number=number,
            share=percent(right / number),
        )
    )
