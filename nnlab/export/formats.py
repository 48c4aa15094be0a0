"""Every form in which a run can be taken elsewhere, by name."""

from collections.abc import Callable
from dataclasses import dataclass

from nnlab.errors import NnlabError, one_of
from nnlab.export.notebook import notebook
from nnlab.export.onnx import onnx
from nnlab.export.script import script
from nnlab.export.tables import experiment_json, metrics_csv
from nnlab.export.tensorboard import event_file
from nnlab.export.weights import pt2_file, pt_file, safetensors_file, zip_file
from nnlab.models.code import Style
from nnlab.runs.store import Run
from nnlab.texts import N_, _


@dataclass(frozen=True)
class Format:
    """A form: what makes its bytes, how its file name ends, and what it is for (shown by `_`)."""

    make: Callable[[Run], bytes]
    suffix: str
    description: str
    mime: str = "application/octet-stream"


def _script(style: Style, description: str) -> Format:
    def make(run: Run) -> bytes:
        return script(run, style).encode()

    return Format(make, f"-{style}.py", description, "text/x-python")


FORMATS: dict[str, Format] = {
    "script-tensors": _script(
        "tensors", N_("a script that repeats the run: raw tensors, functions")
    ),
    "script-module": _script("module", N_("a script that repeats the run: a class of nn.Module")),
    "script-sequential": _script("sequential", N_("a script that repeats the run: nn.Sequential")),
    "notebook": Format(
        lambda run: notebook(run).encode(),
        ".ipynb",
        N_("the script as a Jupyter notebook"),
        "application/x-ipynb+json",
    ),
    "onnx": Format(
        lambda run: onnx(run).data, ".onnx", N_("the network for other programs, checked first")
    ),
    "tensorboard": Format(event_file, ".tfevents", N_("the curves for TensorBoard")),
    "csv": Format(
        lambda run: metrics_csv(run).encode(), ".csv", N_("every row of the curves"), "text/csv"
    ),
    "json": Format(
        lambda run: experiment_json(run).encode(),
        ".json",
        N_("the experiment, to train it again"),
        "application/json",
    ),
    "safetensors": Format(safetensors_file, ".safetensors", N_("the weights alone")),
    "pt": Format(pt_file, ".pt", N_("the weights alone, as torch.save writes a state_dict")),
    "pt2": Format(
        pt2_file, ".pt2", N_("the whole network by torch.export, without class definitions")
    ),
    "zip": Format(
        zip_file, ".zip", N_("experiment and weights, which this lab takes back"), "application/zip"
    ),
}


def export(run: Run, name: str) -> bytes:
    """A run in the form of that name.

    Raises:
        NnlabError: there is no such form, or the run cannot be written in it; says why.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    return _get(name).make(run)


def file_name(run: Run, name: str) -> str:
    """What such a file of the run is called: its id, and the ending of the form.

    Raises:
        NnlabError: there is no such form.
    """
    return f"{run.id}{_get(name).suffix}"


def _get(name: str) -> Format:
    if name not in FORMATS:
        raise NnlabError(one_of(_("format"), name, FORMATS))
    return FORMATS[name]
