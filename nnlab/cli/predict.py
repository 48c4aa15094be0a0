"""`python -m nnlab predict`: pictures of digits, read by the newest weights of a run."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from nnlab.cli.find import find_run
from nnlab.data.registry import describe
from nnlab.drawing import read_image, to_network_input
from nnlab.errors import InvalidImageError, NnlabError
from nnlab.runs import Run, Store
from nnlab.runs.network import load_network
from nnlab.settings import read_settings

PICTURE = (1, 28, 28)


def predict(run_name: str, images: Sequence[str], runs: Path | None) -> int:
    """Print one JSON line a picture. 0, or 1 where one of them could not be read.

    Raises:
        NnlabError: no such run, or one that does not read pictures or has no usable weights.
    """
    run = find_run(Store(runs or read_settings().runs_dir), run_name)
    classes = _classes(run)
    network, _ = load_network(run)
    status = 0
    for image in images:
        line: dict[str, object] = {"file": image}
        try:
            probabilities = _probabilities(network, image)
        except InvalidImageError as error:
            line |= {"error": str(error)}
            status = 1
        else:
            best = max(range(len(probabilities)), key=probabilities.__getitem__)
            line |= {"prediction": classes[best], "probabilities": probabilities}
        print(json.dumps(line), flush=True)
    return status


def _classes(run: Run) -> list[int | str]:
    """What the outputs mean: the digits 0 to 9, or names."""
    data = run.experiment.data
    info = describe(data)
    if info.input_shape != PICTURE or info.class_names is None:
        raise NnlabError(
            f"The run {run.id} learns from '{data.kind}', not from pictures: predict needs a run"
            " on digits or mnist, such as python -m nnlab train digits-mlp makes."
        )
    return [int(name) if name.isdecimal() else name for name in info.class_names]


@torch.inference_mode()
def _probabilities(network: nn.Sequential, image: str) -> list[float]:
    """The softmax of the outputs, one value in [0, 1] a class; they sum to 1.

    After a last log_softmax it changes nothing, so it serves both losses.
    """
    picture = torch.from_numpy(to_network_input(read_image(image)))
    outputs = network(picture.reshape(1, *PICTURE))[0].double()
    if not bool(torch.isfinite(outputs).all()):
        raise NnlabError(
            "The network's outputs are not finite numbers: its run diverged. Train it anew with"
            " a lower training.optimizer.lr."
        )
    return outputs.softmax(0).tolist()
