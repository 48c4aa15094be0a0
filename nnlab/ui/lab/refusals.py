"""The reason why a button of a run's details refused, shown until another is pressed."""

from collections.abc import Callable

from nnlab.errors import NnlabError
from nnlab.runs.store import Run
from nnlab.ui.messages import say
from nnlab.ui.session.runs_state import runs_state


def tried(run: Run, where: str, action: Callable[[], object]) -> bool:
    """Whether it went well; if not, its message stays beside the button that was pressed."""
    refusals = runs_state().refusals
    refusals.clear()
    try:
        action()
    except NnlabError as error:
        refusals[run.id, where] = str(error)
        return False
    return True


def show_refusal(run: Run, where: str) -> None:
    """The message of the last try there, if it was refused."""
    text = runs_state().refusals.get((run.id, where))
    if text:
        say("error", text, icon=":material/error:")
