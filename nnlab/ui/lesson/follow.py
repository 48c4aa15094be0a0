"""The lesson that the address names: after a reload, a link, Back and Forward."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from nnlab.errors import NnlabError
from nnlab.ui.lesson.answers import lesson_of, recall
from nnlab.ui.session.address import LINK, RUN
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import lab_of, leave_lab, open_in_lab, take_up
from nnlab.ui.session.lesson_state import lesson_state, read_answer, words_of_address
from nnlab.ui.shell import page_file


def follow_lesson(state: LabState) -> None:
    """Apply the open lesson. To be called by a laboratory page before its form is filled.

    A prediction that the address holds stands again, where the session knows of none.
    """
    context, lesson = get_script_run_ctx(), lesson_state()
    went_back = context is not None and context.is_history_navigation
    if lesson.is_read and not went_back:
        return
    lesson.is_read = True
    lesson_id, number, said = words_of_address()
    if not lesson_id:
        if went_back:
            lesson.lesson = None
        return
    try:
        found = lesson_of(lesson_id)
    except NnlabError as error:
        lesson.lesson, lesson.notice = None, str(error)
        return
    lesson.lesson, lesson.step = found, min(number, len(found.steps))
    step = found.steps[lesson.step - 1]
    recall(found, lesson.step)
    answer = read_answer(step.question, said) if said else None
    if answer is not None:
        lesson.answers.setdefault((found.id, lesson.step), answer)
    if step.page != lab_of(state.draft):
        open_in_lab(step.made)
        leave_lab()
        st.switch_page(page_file(step.page))
    if LINK not in st.query_params and RUN not in st.query_params:
        take_up(state, step.made)
        state.is_refilled = False  # the form is drawn only now
