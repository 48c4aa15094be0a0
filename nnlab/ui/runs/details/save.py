"""A network saved both ways that PyTorch teaches, as code, as files, and proved to be the same."""

import streamlit as st
from torch import Tensor, nn

from nnlab.config import Experiment
from nnlab.data import registry
from nnlab.errors import DataUnavailableError, NnlabError
from nnlab.export import agree, read_upload
from nnlab.export.onnx import sample_inputs
from nnlab.export.weights import exported_program
from nnlab.models import build
from nnlab.models.code import code
from nnlab.runs.network import load_network
from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.store import Run, Summary
from nnlab.texts import _
from nnlab.ui import services
from nnlab.ui.components.tables import facts_table
from nnlab.ui.messages import say
from nnlab.ui.runs.details.export import one_at_a_time, show_download, show_moving, written
from nnlab.ui.runs.details.outside import show_outside
from nnlab.ui.runs.files import mark
from nnlab.ui.session.runs_state import runs_state
from nnlab.ui.session.widgets import runs as widgets

SAMPLES = 64
PROVED = {
    "safetensors": ".safetensors",
    "pt": ".pt",
    "zip": ".zip",
    "pt2": "torch.export",
}


def show_save(summary: Summary, dark: bool) -> None:
    """Both ways, the proof that nothing is lost, and the network outside its data."""
    run = summary.run
    if show_moving(summary):
        return
    if load_live(run.path) is None:
        st.caption(_("It has no weights yet: let it train first."))
        return
    st.markdown(_("##### 1. The parameters alone"))
    st.markdown(
        _("Tensors by name. Whoever loads them builds the network anew, with the same layers.")
    )
    try:
        source = parameters_code(summary.experiment, run.id)
    except NnlabError as error:  # of an earlier version: larger than a network may be now
        say("warning", error, icon=":material/block:")
        return
    st.code(source, language="python", wrap_lines=True)
    left, right = st.columns(2)
    with left:
        show_download(run, "safetensors", "save_safetensors")
    with right:
        show_download(run, "pt", "save_pt")
    st.markdown(_("##### 2. The whole network"))
    st.markdown(_("Layers and numbers in one file. No class definition is needed to load it."))
    st.code(whole_code(run.id), language="python", wrap_lines=True)
    left, right = st.columns(2)
    with left:
        show_download(run, "zip", "save_zip")
    with right:
        _show_pt2(run)
    _show_proof(run)
    show_outside(run, dark)


def parameters_code(experiment: Experiment, name: str) -> str:
    """Source that builds the network and loads either file of its parameters."""
    shape = registry.describe(experiment.data).input_shape
    return (
        f"{code(experiment.model, shape, 'sequential')}\n"
        f'# Saved by: torch.save(network.state_dict(), "{name}.pt")\n'
        f'network.load_state_dict(torch.load("{name}.pt", weights_only=True))\n'
        "\n"
        "# or, from safetensors:\n"
        "# from safetensors.torch import load_file\n"
        f'# network.load_state_dict(load_file("{name}.safetensors"))\n'
        "network.eval()\n"
    )


def whole_code(name: str) -> str:
    """Source that loads the whole network."""
    return (
        "import torch\n"
        "\n"
        "# Saved by torch.export.save(torch.export.export(...)).\n"
        "# Loading it runs code that is in it:\n"
        "# open only files that you trust.\n"
        f'network = torch.export.load("{name}.pt2").module()\n'
        "\n"
        "# The .zip holds experiment and safetensors, no code:\n"
        "# nnlab takes it back, below.\n"
    )


def _show_pt2(run: Run) -> None:
    """Made only when it is asked for: torch.export takes seconds."""
    asked = runs_state().prepared_pt2
    place = (run.id, mark(run))
    if place in asked:
        show_download(run, "pt2", "save_pt2")
        return
    st.button(
        _("Prepare .pt2"),
        key=widgets.key("prepare_pt2"),
        icon=":material/deployed_code:",
        on_click=asked.add,
        args=(place,),
    )
    st.caption(_("By torch.export; takes a few seconds."))


# The proof --------------------------------------------------------------------------------------


def samples(experiment: Experiment) -> tuple[Tensor, str]:
    """Inputs [n, *input_shape] to compare two networks on, and what they are, in words."""
    try:
        splits = registry.load(experiment.data, services.settings().data_dir)
    except DataUnavailableError:  # a run that came from another machine
        info = registry.describe(experiment.data)
        found = sample_inputs(info.input_shape, info.symbols)
        return found, _("{count} random inputs", count=len(found))
    if len(splits.val):
        found = splits.val.x[:SAMPLES]
        return found, _("{count} validation examples", count=len(found))
    found = splits.train.x[:SAMPLES]
    return found, _("{count} training examples", count=len(found))


def prove(run: Run) -> tuple[list[tuple[str, float]], str]:
    """Each form written, read back, and asked the same: (form, largest difference), inputs.

    What torch.export makes is asked as it was made: a .pt2 is never read here.

    Raises:
        NnlabError: a form cannot be written or read back.
    """
    inputs, what = samples(run.experiment)
    network, _step = load_network(run)
    found = [(form, agree(network, _restored(run, n), inputs)) for n, form in PROVED.items()]
    return found, what


def _restored(run: Run, name: str) -> nn.Module:
    if name == "pt2":  # not from its file, whose loader would run code
        with one_at_a_time:
            return _Program(exported_program(run).module())
    upload = read_upload(f"file.{name}", written(run, name))
    experiment = upload.experiment or run.experiment
    network = build(experiment.model, registry.describe(experiment.data).input_shape)
    network.load_state_dict(upload.weights)
    return network


class _Program(nn.Module):
    """An exported program as a module; it was exported in evaluation mode and has no other."""

    def __init__(self, program: nn.Module) -> None:
        super().__init__()
        self._program = [program]  # not a submodule: those refuse eval() and train()

    def forward(self, x: Tensor) -> Tensor:
        return self._program[0](x)


def _show_proof(run: Run) -> None:
    proofs = runs_state().proofs
    place = (run.id, mark(run))
    if st.button(_("Check that they agree"), key=widgets.key("prove"), icon=":material/verified:"):
        try:
            with st.spinner(_("Writing each file, reading it back, asking both networks …")):
                proofs[place] = prove(run)
        except NnlabError as error:
            say("error", error, icon=":material/error:")
    if place not in proofs:
        st.caption(_("Writes each file, reads it back, and compares the outputs on sample inputs."))
        return
    differences, what = proofs[place]
    facts_table(
        [
            (ending, _("largest difference {difference:g}", difference=difference))
            for ending, difference in differences
        ],
        _("Agreement"),
    )
    st.caption(_("Outputs before saving and after loading, on {what}.", what=what))
