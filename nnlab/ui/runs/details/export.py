"""A run as a file for elsewhere: one choice of form, and its download."""

import threading
import time

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.export import export, file_name, form_of
from nnlab.export.html import kind_of, recording
from nnlab.runs.disk import in_words
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.status import MOVING
from nnlab.runs.rewind.past import Replaying
from nnlab.runs.rewind.path import RunPath
from nnlab.runs.store import Run, Summary
from nnlab.texts import N_, _
from nnlab.ui import doors
from nnlab.ui.messages import say
from nnlab.ui.runs.files import mark
from nnlab.ui.runtime.cache import answers
from nnlab.ui.runtime.past_snapshots import film_of
from nnlab.ui.session.widgets import runs as widgets

SCRIPT = "script"
STYLES = {
    "script-module": N_("a class of nn.Module"),
    "script-sequential": "nn.Sequential",
    "script-tensors": N_("raw tensors"),
}
FORMS = {
    SCRIPT: N_("Python script"),
    "html": N_("One HTML file"),
    "notebook": N_("Jupyter notebook"),
    "onnx": "ONNX",
    "tensorboard": N_("TensorBoard events"),
    "csv": N_("Metrics as CSV"),
    "json": N_("Experiment as JSON"),
    "safetensors": N_("Weights as safetensors"),
    "pt": N_("Weights as .pt"),
    "pt2": N_("Network as .pt2"),
    "zip": N_("Experiment and weights as .zip"),
}
SOURCE_HEIGHT = 420
EVERY_SECONDS = 0.25
"""Seconds between two looks at a replay."""
one_at_a_time = threading.Lock()
"""PyTorch's exporters keep what they are at in places that all threads share."""


def written(run: Run, name: str, path: RunPath | None = None) -> bytes:
    """The file of a form, made once as long as the run stays as it is.

    Args:
        run: whose.
        name: of the form.
        path: of its page, where the run was replayed for it.

    Raises:
        NnlabError: as `nnlab.export.export` does, and where the visitor may not look.
    """
    doors.must_see(run)

    def write() -> bytes:
        with one_at_a_time:
            return export(run, name) if path is None else recording.page(run, path)

    return answers.get_or_make(_key(run, name), write)


def _key(run: Run, name: str) -> tuple[object, ...]:
    return ("export", run, name, mark(run))


def show_moving(summary: Summary) -> bool:
    """Whether the run trains just now; then says why nothing of it is written."""
    if summary.status in MOVING:
        st.caption(_("It trains: pause or stop it, and what it has learned by then can be saved."))
        return True
    return False


def show_export(summary: Summary, history: History) -> None:
    """A choice of forms, what each is, and its download."""
    run = summary.run
    if show_moving(summary):
        return
    form = st.selectbox(
        _("Export as"),
        list(FORMS),
        format_func=lambda form: _(FORMS[form]),
        key=widgets.key("export_format"),
    )
    if form != SCRIPT:
        show_download(run, form, "export")
        show_command(run, form)
        return
    style = st.segmented_control(
        _("The network is written as"),
        list(STYLES),
        format_func=lambda style: _(STYLES[style]),
        default="script-module",
        key=widgets.key("export_style"),
        required=True,
    )
    name = style or "script-module"
    source = show_download(run, name, "export")
    if source is None:
        return
    if history.ended is not None and history.ended.train_loss is not None:
        st.markdown(
            _(
                "Plain PyTorch, without nnlab. It trains the same network in the same order and"
                " **prints the same train_loss: `{train_loss!r}`**",
                train_loss=history.ended.train_loss,
            )
        )
    else:
        st.caption(_("The run has not ended with a train_loss yet: the script trains to its step."))
    st.code(source.decode(), language="python", height=SOURCE_HEIGHT)
    show_command(run, name)


def show_command(run: Run, name: str) -> None:
    """The same on the command line."""
    command = f"python -m nnlab export {run.id} --format {name}"
    st.code(command, language=None, wrap_lines=True)


def _path_shown(run: Run) -> RunPath | None:
    """The run replayed for its page by a process of its own; how far it is stands on this page.

    None where its page needs no replay, or was made before. Whoever leaves the page ends the
    replay. Raises NnlabError: it cannot be replayed.
    """
    if kind_of(run) != "recording" or answers.get(_key(run, "html")) is not None:
        return None
    history = History(EventReader(run.path).read_new())
    place = st.empty()
    while isinstance(path := film_of(run, history), Replaying):
        done, total = path.done, max(1, path.total)
        words = _("Replaying the run: step {done:,} of {total:,} …", done=done, total=total)
        place.progress(min(1.0, done / total), words)
        time.sleep(EVERY_SECONDS)
    place.empty()
    return path


def show_download(run: Run, name: str, key: str) -> bytes | None:
    """The button of one form; where the run cannot be written so, the reason and None."""
    try:
        path = _path_shown(run) if name == "html" else None
        with st.spinner(_("Writing the file …")):
            content = written(run, name, path)
    except NnlabError as error:
        say("error", error, icon=":material/error:")
        return None
    offer(content, run, name, key)
    return content


def offer(content: bytes, run: Run, name: str, key: str) -> None:
    """The button of a file that is made, and what it is."""
    kind = form_of(run, name)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"{key}_file"):
        st.download_button(
            _("Download {ending}", ending="".join(kind.suffix.rpartition(".")[1:])),
            content,
            file_name=file_name(run, name),
            mime=kind.mime,
            key=widgets.key(f"{key}_download"),
            icon=":material/download:",
            on_click="ignore",
        )
        what = _(kind.description)
        st.caption(f"{what[:1].upper()}{what[1:]} ({in_words(len(content))}).")
