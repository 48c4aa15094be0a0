"""The tab Test set: sealed, opened by a button, and every look counted."""

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
    """The tab."""
    st.markdown(
        _(
            "Validation steers: whoever tries rates and layers until it looks best has fitted these"
            " choices to the validation pictures. The **test set** is what nothing was fitted to,"
            " as long as it is looked at once, at the end."
        )
    )
    if frame.view is None:
        st.caption(_("Train first: an untrained network has nothing to be judged by."))
    elif not has_test(frame.experiment):
        st.caption(_("'{kind}' has no test set of its own.", kind=frame.data.kind))
    elif frame.status in ("running", "starting", "queued"):
        st.caption(_("It can be opened once the run rests."))
    else:
        show_test_set(frame.view.run, widgets)
        _show_handwriting(frame.view)
        if frame.data.test != "sealed":
            st.caption(
                _(
                    "This experiment declares that its run looks at the test set, as the published"
                    " original did: that is counted, too."
                )
            )


def _show_handwriting(view: RunView) -> None:
    """Kept drawings judge too: they are of people one knows, and were not looked at in training."""
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
