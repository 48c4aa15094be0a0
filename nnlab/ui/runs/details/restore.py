"""Weights from a file made into a run of this lab; or the reason why they are not."""

from pathlib import PurePath

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile
from torch import nn

from nnlab.config import Experiment
from nnlab.data.description import describe
from nnlab.errors import NnlabError
from nnlab.export import Upload, agree, must_fit, read_upload, restore
from nnlab.export.upload import FORMS, MAX_BYTES
from nnlab.models import build
from nnlab.runs.network import load_network
from nnlab.runs.store import Run, Summary
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.messages import say
from nnlab.ui.runs.details.save import samples
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.visitors import owner

MAX_NAME = 80


def show_restore(state: RunsState, summary: Summary | None) -> None:
    """A place for a file. Weights alone belong to the network of `summary`; a .zip brings its own.

    Without a run to look at (`summary` None) only a .zip can be taken.
    """
    st.markdown(_("##### Restore from a file"))
    whose = summary.run.id if summary is not None else ""
    file = st.file_uploader(
        _("Takes {forms}", forms=_(FORMS)),
        key=widgets.key(f"restore_file_{state.restored}_{whose}"),
        max_upload_size=MAX_BYTES // 2**20,
    )
    if file is None:
        st.caption(_("Read only in forms that cannot carry code; nothing in a file is run."))
        return
    try:
        upload, experiment = _read(file, summary)
        say("success", _fits(upload, experiment, summary), icon=":material/check:")
        name = st.text_input(
            _("Name of the new run"),
            value=PurePath(file.name).stem[:MAX_NAME],
            max_chars=MAX_NAME,
            key=widgets.key(f"restore_name_{file.file_id}"),
        )
        if not st.button(
            _("Restore as a run"),
            key=widgets.key("restore_run"),
            type="primary",
            icon=":material/restore_page:",
        ):
            return
        doors.make_room(file.size)
        run = restore(doors.store(), experiment, upload.weights, name, owner=owner())
        restored = _("Restored as “{name}”.", name=run.meta.name)
        state.notice = f"{restored} {_proof(run, upload, experiment)}"
    except NnlabError as error:
        say("error", error, icon=":material/block:")
        return
    state.selected = run.id
    state.restored += 1
    st.rerun()


def _read(file: UploadedFile, summary: Summary | None) -> tuple[Upload, Experiment]:
    upload = read_upload(file.name, file.getvalue())
    if upload.experiment is not None:
        return upload, upload.experiment
    if summary is None:
        raise NnlabError(
            _(
                "'{name}' holds weights alone, and there is no run whose network they could"
                " belong to: open a run with the same layers, or bring a .zip that has both.",
                name=file.name,
            )
        )
    must_fit(summary.experiment, upload.weights, file.name)
    return upload, summary.experiment


def _fits(upload: Upload, experiment: Experiment, summary: Summary | None) -> str:
    """How many parameters, and how its outputs compare with the run that is shown."""
    count = sum(tensor.numel() for tensor in upload.weights.values())
    text = _(
        "{tensors} tensors with {numbers:,} numbers; they fit the network.",
        tensors=len(upload.weights),
        numbers=count,
    )
    same_layers = summary is not None and summary.experiment.model.layers == experiment.model.layers
    if summary is None or not same_layers or summary.experiment.data != experiment.data:
        return text
    inputs, what = samples(experiment)
    try:
        shown, _step = load_network(summary.run)
    except NnlabError:  # nothing to compare with: it has no weights yet
        return text
    difference = agree(shown, _anew(upload, experiment), inputs)
    if difference == 0:
        compared = _(
            "On {what} its outputs are those of this run: largest difference 0.", what=what
        )
    else:
        compared = _(
            "They are others than this run's: on {what} outputs differ by up to {difference:g}.",
            what=what,
            difference=difference,
        )
    return f"{text} {compared}"


def _proof(run: Run, upload: Upload, experiment: Experiment) -> str:
    inputs, what = samples(experiment)
    restored, _step = load_network(run)
    difference = agree(restored, _anew(upload, experiment), inputs)
    return _(
        "On {what} its outputs and the file's differ by {difference:g} at most.",
        what=what,
        difference=difference,
    )


def _anew(upload: Upload, experiment: Experiment) -> nn.Sequential:
    network = build(experiment.model, describe(experiment.data).input_shape)
    network.load_state_dict(upload.weights)
    return network
