"""The last two steps of teaching: a small network learns the drawings, and reads a new one."""

from collections import Counter

import streamlit as st

from nnlab.data.handwriting import Drawing
from nnlab.data.pictures.label_sets import ENOUGH, TESTED, LabelSet
from nnlab.errors import NnlabError
from nnlab.recipes.own_pictures import for_drawings
from nnlab.runs.store import MAX_NAME
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.lab.run_commands import make_run
from nnlab.ui.session.draw_state import draw_state
from nnlab.ui.session.widgets import draw as widgets
from nnlab.ui.words import plain


def show_training(frame: DrawFrame, taught: LabelSet | None, listed: tuple[Drawing, ...]) -> None:
    """The button, as soon as there are enough drawings, and what to do when it has learned."""
    st.markdown(_("###### 3 · Train"))
    missing = _missing(taught, listed)
    label = _("Train on {n:,} drawing", "Train on {n:,} drawings", n=len(listed))
    if taught is None:
        label = _("Train")
    elif missing:
        label = _("Train ({missing} more to draw)", missing=missing)
    st.button(
        label,
        key=widgets.key("train_own"),
        type="primary" if not missing and taught is not None else "secondary",
        icon=":material/model_training:",
        disabled=bool(missing) or taught is None or frame.training,
        on_click=_train,
        args=(taught,),
    )
    st.caption(
        _(
            "A small network learns them from nothing in a few seconds: it sees each drawing many"
            " times, each time moved, turned and bent. More drawings, and different ones, make it"
            " better."
        )
    )
    st.markdown(_("###### 4 · Try"))
    names = taught.names if taught is not None else None
    if frame.reader is not None and frame.reader.class_names == names:
        st.markdown(
            _(
                "Draw on the black sheet and watch the bars: they stand for {names}. What it takes"
                " for another thing, keep with its name, and train again.",
                names=plain(", ".join(frame.reader.class_names)),
            )
        )
    else:
        st.caption(_("Then the bars above stand for your names, and move while you draw."))


def _missing(taught: LabelSet | None, listed: tuple[Drawing, ...]) -> int:
    """How many drawings are still to be made."""
    counts = Counter(drawing.label for drawing in listed)
    names = taught.names if taught is not None else ()
    return sum(max(0, ENOUGH - counts[label]) for label in range(len(names)))


def _train(taught: LabelSet) -> None:
    state = draw_state()
    try:
        pictures = doors.labels().freeze(taught)
        counts = Counter(drawing.label for drawing in doors.labels().listed(taught))
        experiment = for_drawings(pictures, few=min(counts.values()) < TESTED)
        run = make_run(experiment, name=", ".join(taught.names)[:MAX_NAME], watched=False)
    except NnlabError as error:
        state.taught = str(error)
        return
    state.taught = None
    state.training.run_id = run.id
