"""All networks as a table, and as files."""

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.export import FORMATS, SWEEP_FORMATS, export, file_name
from nnlab.runs.record.log import log_size
from nnlab.runs.store import Run
from nnlab.runs.sweeps.table import table
from nnlab.scene.sweep_fields import label_of
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.explain.nets_table import MOST, nets_table
from nnlab.ui.messages import say
from nnlab.ui.runtime.cache import answers
from nnlab.ui.session.widgets import sweep as widgets
from nnlab.ui.sweep.frame import SweepFrame

FILES = {"csv": "CSV", "parquet": "Parquet"}


def show_table(frame: SweepFrame) -> None:
    """The best networks, and the whole as CSV and Parquet."""
    run = frame.run
    assert run is not None, "a draft has no figures"
    columns = table(frame.sweep, frame.history)
    words = {axis.path: label_of(axis.path) for axis in frame.sweep.axes}
    st.html(nets_table(columns, frame.metric, label=_("Networks"), words=words))
    if frame.history.nets > MOST:
        st.caption(
            _("The best {most} of {count:,}.", most=MOST, count=frame.history.nets),
        )
    if frame.moves:
        st.caption(_("The sweep is training: pause or stop it to save all networks as a table."))
        return
    with st.container(horizontal=True, gap="small", key="sweep_files"):
        for name, label in FILES.items():
            show_download(run, name, _("Download {name}", name=label))


def show_download(run: Run, name: str, label: str, net: int | None = None) -> None:
    """The button of one form, of all networks or of one; where it cannot be written, why."""
    try:
        content = written(run, name, net)
    except NnlabError as error:
        say("error", error, icon=":material/error:")
        return
    st.download_button(
        label,
        content,
        file_name=file_name(run, name, net),
        mime=(SWEEP_FORMATS if net is None else FORMATS)[name].mime,
        key=widgets.key(f"download_{name}"),
        icon=":material/download:",
        on_click="ignore",
    )


def written(run: Run, name: str, net: int | None = None) -> bytes:
    """The file of a form, made once as long as the run stays as it is.

    Raises:
        NnlabError: as `nnlab.export.export` does, and where the visitor may not look.
    """
    doors.must_see(run)
    key = ("sweep_file", run.id, name, net, log_size(run.path))
    return answers.get_or_make(key, lambda: export(run, name, net))
