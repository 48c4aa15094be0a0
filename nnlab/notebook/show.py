"""Show a run in a notebook's cell: it moves while the cell trains, and leaves its recording.

While the cell runs, the output is a widget. A widget is gone with its kernel, so when the cell
ends after the run has, the output becomes the recording as HTML, which the notebook's file holds.
"""

from nnlab.errors import NnlabError
from nnlab.notebook import front
from nnlab.notebook.bundle import live_bundle, mimebundle_of, saved_bundle
from nnlab.notebook.shown import SHOWN
from nnlab.notebook.widget import has_ended, widget_of
from nnlab.runs.run import Run


def show(run: Run) -> None:
    """Show a run here, in Jupyter or in marimo; elsewhere nothing happens.

    Raises:
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    shell, marimo = front.shell(), front.marimo()
    if shell is not None:
        _in_jupyter(run, shell)
    elif marimo is not None:
        marimo.output.append(widget_of(run))


def _in_jupyter(run: Run, shell: object) -> None:
    if has_ended(run) or (not run.is_recorded and run.sweep is not None):
        _display(mimebundle_of(run))
        return
    widget = widget_of(run)
    _display(live_bundle(widget), widget.model_id)
    SHOWN.append(widget)
    events = getattr(shell, "events", None)
    if events is not None and settle not in events.callbacks["post_run_cell"]:
        events.register("post_run_cell", settle)


def settle(_result: object = None) -> None:
    """Replace the outputs of runs that have ended by their recordings, after a cell."""
    for widget in list(SHOWN):
        try:
            if not has_ended(widget.run):
                continue
            widget.settled()
            bundle = saved_bundle(widget.run, widget.recording(may_replay=True))
        except NnlabError:  # the run is gone, say: what was drawn of it stays
            SHOWN.remove(widget)
            continue
        _display(bundle, widget.model_id, is_update=True)
        SHOWN.remove(widget)
        widget.close()


def _display(
    bundle: dict[str, object], display_id: str | None = None, *, is_update: bool = False
) -> None:
    from IPython.display import display

    display(bundle, raw=True, display_id=display_id, update=is_update)
