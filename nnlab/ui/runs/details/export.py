"""A run as a file for elsewhere: one choice of form, and its download."""

import threading

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.export import FORMATS, export, file_name
from nnlab.runs import History, Run, Summary
from nnlab.runs.disk import in_words
from nnlab.ui.runs.files import mark
from nnlab.ui.runtime.cache import answers
from nnlab.ui.session.widgets import runs as widgets

SCRIPT = "script"
STYLES = {
    "script-module": "a class of nn.Module",
    "script-sequential": "nn.Sequential",
    "script-tensors": "raw tensors",
}
FORMS = {
    SCRIPT: "Python script",
    "notebook": "Jupyter notebook",
    "onnx": "ONNX",
    "tensorboard": "TensorBoard events",
    "csv": "Metrics as CSV",
    "json": "Experiment as JSON",
    "safetensors": "Weights as safetensors",
    "pt": "Weights as .pt",
    "pt2": "Network as .pt2",
    "zip": "Experiment and weights as .zip",
}
SOURCE_HEIGHT = 420
MOVES = ("queued", "starting", "running")
one_at_a_time = threading.Lock()
"""PyTorch's exporters keep what they are at in places that all threads share."""


def written(run: Run, name: str) -> bytes:
    """The file of a form, made once as long as the run stays as it is.

    Raises:
        NnlabError: as `nnlab.export.export` does.
    """

    def write() -> bytes:
        with one_at_a_time:
            return export(run, name)

    return answers.get_or_make(("export", run, name, mark(run)), write)


def show_moving(summary: Summary) -> bool:
    """Whether the run trains just now; then says why nothing of it is written."""
    if summary.status in MOVES:
        st.caption("It trains: pause or stop it, and what it has learned by then can be saved.")
        return True
    return False


def show_export(summary: Summary, history: History) -> None:
    """A choice of forms, what each is, and its download."""
    run = summary.run
    if show_moving(summary):
        return
    form = st.selectbox(
        "Export as", list(FORMS), format_func=FORMS.__getitem__, key=widgets.key("export_format")
    )
    if form != SCRIPT:
        show_download(run, form, "export")
        _show_command(run, form)
        return
    style = st.segmented_control(
        "The network is written as",
        list(STYLES),
        format_func=STYLES.__getitem__,
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
            "Plain PyTorch, without nnlab. It trains the same network in the same order and"
            f" **prints the same train_loss: `{history.ended.train_loss!r}`**"
        )
    else:
        st.caption("The run has not ended with a train_loss yet: the script trains to its step.")
    st.code(source.decode(), language="python", height=SOURCE_HEIGHT)
    _show_command(run, name)


def _show_command(run: Run, name: str) -> None:
    command = f"python -m nnlab export {run.id} --format {name}"
    st.code(command, language=None, wrap_lines=True)


def show_download(run: Run, name: str, key: str) -> bytes | None:
    """The button of one form; where the run cannot be written so, the reason and None."""
    kind = FORMATS[name]
    try:
        with st.spinner("Writing the file …"):
            content = written(run, name)
    except NnlabError as error:
        st.error(str(error), icon=":material/error:")
        return None
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"{key}_file"):
        st.download_button(
            f"Download {kind.suffix.rpartition('.')[1]}{kind.suffix.rpartition('.')[2]}",
            content,
            file_name=file_name(run, name),
            mime=kind.mime,
            key=widgets.key(f"{key}_download"),
            icon=":material/download:",
            on_click="ignore",
        )
        what = kind.description[:1].upper() + kind.description[1:]
        st.caption(f"{what} ({in_words(len(content))}).")
    return content
