"""Compare: several models read the same drawing, an untrained one among them."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.errors import NnlabError
from nnlab.figures.pictures.digits import percent
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.components.tables import DASH, row
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.reading import Reading, read
from nnlab.ui.runtime.drawing_models import DRAWING, labels
from nnlab.ui.runtime.recorded_reader import recorded_reader
from nnlab.ui.runtime.run_view import run_view
from nnlab.ui.runtime.snapshot import untrained
from nnlab.ui.session.draw_state import draw_state
from nnlab.ui.session.widgets import draw as widgets
from nnlab.visible import in_html, visible

MOST = 4
UNTRAINED = "untrained"
"""The choice that is no run: the chosen model's architecture, its weights as they are drawn."""
KEY = "compared_models"


def show_compare(frame: DrawFrame) -> None:
    """The panel. There has to be an answer."""
    made = frame.made
    assert made is not None
    chosen = _choose(frame)
    if not chosen:
        st.caption(_("Choose up to four models: each reads the same drawing."))
        return
    names = _names(frame)
    columns: list[tuple[str, Reading | str]] = []
    for model in chosen:
        try:
            columns.append((names[model], _read(model, frame, made.result)))
        except NnlabError as error:
            columns.append((names[model], str(error)))
    st.html(_table(columns))
    if UNTRAINED in chosen:
        st.caption(
            _(
                "The untrained one has the architecture of the model above, with the very weights"
                " that its training began with: it answers something, too, and about as sure of"
                " every picture."
            )
        )


def _choose(frame: DrawFrame) -> list[str]:
    """The ids of the models, at first the chosen one, the next ones and an untrained one."""
    names = _names(frame)
    assert frame.reader is not None
    ids = dict.fromkeys([frame.reader.run_id, *(reader.run_id for reader in frame.readers)])
    usual = [*list(ids)[: MOST - 1], *([UNTRAINED] if UNTRAINED in names else [])]
    # One may be deleted, or be said by a label that it had in an older list.
    listed = draw_state().listed
    kept = (listed.get(model, model) for model in widgets.kept(KEY, usual))
    widgets[KEY] = [model for model in kept if model in names]
    chosen = st.multiselect(
        _("Models that read it"),
        list(names),
        format_func=lambda name: visible(names[name]),
        key=widgets.key(KEY),
        max_selections=MOST,
        placeholder=_("Choose up to four models"),
    )
    widgets.keep(KEY, chosen)
    return chosen


def _names(frame: DrawFrame) -> dict[str, str]:
    assert frame.reader is not None
    names = labels(frame.readers)
    if frame.view is not None:  # the first weights of a recorded network are not known
        names[UNTRAINED] = _("untrained, like {name}", name=frame.reader.name)
    return names


def _read(model: str, frame: DrawFrame, picture: NDArray[np.float32]) -> Reading:
    reader = next((reader for reader in frame.readers if reader.run_id == model), None)
    if reader is not None and reader.recorded:
        run = doors.store().get(model)
        recorded = recorded_reader(run, moving=reader.training)
        return read(recorded.moment, picture, reader.class_names)
    view = frame.view if model == UNTRAINED else run_view(model)
    assert view is not None
    names = view.info.class_names or ()
    moment = untrained(view.experiment.model, DRAWING) if model == UNTRAINED else view.moment()
    return read(moment, picture, names)


def _table(columns: Sequence[tuple[str, Reading | str]]) -> str:
    """A column for each model, a row for each class that one of them knows."""
    readings = [reading for _model, reading in columns if isinstance(reading, Reading)]
    classes = list(dict.fromkeys(name for reading in readings for name in reading.class_names))
    head = "".join(f"<th scope='col'>{in_html(name)}</th>" for name, _reading in columns)
    best = [
        f"<td><b>{in_html(reading.best)}</b></td>"
        if isinstance(reading, Reading)
        else f"<td class='wrong'>{in_html(reading)}</td>"
        for _model, reading in columns
    ]
    rows = "".join(
        row(in_html(name), *(_cell(reading, name) for _model, reading in columns))
        for name in classes
    )
    return (
        "<div class='nnlab-wide'><table class='nnlab-readers'>"
        f"<thead><tr><th scope='col'>{_('model')}</th>{head}</tr>"
        f"{row(_('reads'), *best, css='best')}</thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(reading: Reading | str, name: str) -> str:
    if isinstance(reading, str) or name not in reading.class_names:
        return f"<td>{DASH}</td>"
    share = float(reading.probabilities[list(reading.class_names).index(name)])
    mark = " class='best'" if name == reading.best else ""
    return (
        f"<td{mark}><span class='bar'><i style='width:{100 * share:.1f}%'></i></span>"
        f"<span>{percent(share)}</span></td>"
    )
