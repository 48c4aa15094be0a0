"""Back and Forward of the browser: the page shows what the address says once more."""

from streamlit.runtime.scriptrunner import get_script_run_ctx

from nnlab.ui.lab.run_commands import follow
from nnlab.ui.session.address import read_address
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import enter_lab, first_experiment, lab_of, refill, take_up


def follow_history(state: LabState) -> None:
    """To be called first by a laboratory page.

    After Back or Forward its experiment, run and look are those of the address. The run that was in
    view before goes on as one that nobody looks at; the same run with another rate is told of it.
    """
    context = get_script_run_ctx()
    if context is not None and context.is_history_navigation:
        _go_to_address(state)
    enter_lab(state)


def _go_to_address(state: LabState) -> None:
    lab = lab_of(state.draft)
    said = LabState(state.bare or first_experiment(lab))
    read_address(said, lab, lab_of)
    state.look = said.look
    if said.run_id is not None and said.run_id == state.run_id:
        follow(state, said.draft)
    else:
        take_up(state, said.draft, said.run_id)
    refill()
    state.is_refilled = False  # the form is drawn only now
    state.notice = said.notice
