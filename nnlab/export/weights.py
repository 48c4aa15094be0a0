"""A network saved both ways that PyTorch teaches: its parameters alone, and the whole of it.

The parameters (`state_dict`) need a network built anew, from the experiment or from source. The
whole network needs no class definition: as `torch.export`'s `.pt2`, which is for other programs
and never read back here (its loader runs code from the file), and as a `.zip` of experiment and
weights, which the lab takes back.
"""

import io
import zipfile

import torch
from safetensors.torch import save
from torch import Tensor

from nnlab.data.description import describe
from nnlab.errors import NnlabError
from nnlab.export.onnx import sample_inputs
from nnlab.runs.network import load_network
from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.store import EXPERIMENT, Run
from nnlab.texts import _

WEIGHTS = "weights.safetensors"
"""The name of the weights within the zip; the experiment's is that of a run directory."""


def safetensors_file(run: Run) -> bytes:
    """The newest weights and buffers by their names in the `state_dict`; `step` in its metadata.

    Raises:
        NnlabError: there are no weights yet.
        RunDamagedError: they cannot be read.
    """
    step, weights = _newest(run)
    return save(weights, {"step": str(step)})


def pt_file(run: Run) -> bytes:
    """The `state_dict` as `torch.save` writes it; `torch.load(…, weights_only=True)` reads it.

    Raises as `safetensors_file` does.
    """
    _, weights = _newest(run)
    file = io.BytesIO()
    torch.save(weights, file)
    return file.getvalue()


def pt2_file(run: Run) -> bytes:
    """The whole network by `torch.export`, for any batch: `torch.export.load(…).module()(x)`.

    Raises:
        NnlabError: there are no weights yet.
        RunNotFoundError, RunDamagedError: as `load_network` does.
    """
    file = io.BytesIO()
    torch.export.save(exported_program(run), file)
    return file.getvalue()


def exported_program(run: Run) -> torch.export.ExportedProgram:
    """Return the program that `pt2_file` writes: its `module()` takes any batch.

    Raises as that does.
    """
    network, _ = load_network(run)
    info = describe(run.experiment.data)
    samples = sample_inputs(info.input_shape, info.symbols)
    batch = torch.export.Dim("batch", min=1)
    return torch.export.export(network, (samples,), dynamic_shapes=({0: batch},))


def zip_file(run: Run) -> bytes:
    """`experiment.json` and `weights.safetensors`, which `read_upload` takes back.

    Raises as `safetensors_file` does.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(EXPERIMENT, run.experiment.to_json(indent=1), zipfile.ZIP_DEFLATED)
        archive.writestr(WEIGHTS, safetensors_file(run))
    return file.getvalue()


def _newest(run: Run) -> tuple[int, dict[str, Tensor]]:
    found = load_live(run.path)
    if found is None:
        raise NnlabError(_("The run {run} has no weights yet: let it train first.", run=run.id))
    return found
