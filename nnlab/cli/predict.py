"""`python -m nnlab predict`: pictures of digits, read by the newest weights of a run."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nnlab.cli.predict_recorded import recorded_reader
from nnlab.cli.predict_tokens import predict_tokens
from nnlab.config import Data, Images, Sequences
from nnlab.config.own_data import PictureSet
from nnlab.data.description import describe
from nnlab.data.pictures.fit import fitted, in_grey
from nnlab.data.published import DIGIT_NAMES
from nnlab.drawing import read_image, split, to_network_input
from nnlab.drawing.parts import Box
from nnlab.errors import InvalidImageError, NnlabError
from nnlab.insight.pictures.doubt import DOUBTED, doubt
from nnlab.library.asked.find import find_run
from nnlab.runs.network import load_network
from nnlab.runs.store import Run, Store
from nnlab.runs.sweeps.single import must_be_one
from nnlab.settings import read_settings
from nnlab.texts import _

PICTURE = (1, 28, 28)
DIGITS = list(range(len(DIGIT_NAMES)))


def predict(run_name: str, images: Sequence[str], runs: Path | None) -> int:
    """Print one JSON line a picture. 0, or 1 where one of them could not be read.

    Of a run on sequences `images` are rows of tokens (`nnlab.cli.predict_tokens`).

    Of one digit: `prediction` (its class) and `probabilities`. Of several: `prediction` is what is
    read of them in reading order, as one text ("2026"; names of more than one letter with a space
    between), and `digits` has each with its box (top, left, bottom, right in pixels), its own
    `prediction` and `probabilities`.
    Of a run on the ten digits each answer has a `doubt`, 0 to 1, and says by `may_be_no_digit`
    whether the ink may be several digits, or none.
    A recorded run is asked as one on digits is, where its network takes such pictures.
    Of a run on somebody's own pictures the whole picture has one answer, made small as those were.

    Raises:
        NnlabError: no such run, or one that does not read pictures or has no usable weights.
    """
    run = find_run(Store(runs or read_settings().runs_dir), run_name)
    if run.is_recorded:
        reader, names = recorded_reader(run)
        return _answer_all(reader, _with_digits(names), images, None)
    must_be_one(run)
    data = run.experiment.data
    if isinstance(data, Sequences):
        network, _step = load_network(run)
        return predict_tokens(network, data, images)
    classes = _classes(run)
    network, _step = load_network(run)
    return _answer_all(network, classes, images, data)


def _answer_all(
    network: nn.Module, classes: list[int | str], images: Sequence[str], data: Data | None
) -> int:
    status = 0
    for image in images:
        line: dict[str, object] = {"file": image}
        try:
            boxes, asked = _asked(image, data)
        except InvalidImageError as error:
            line |= {"error": str(error)}
            status = 1
        else:
            answers = [_answer(network, classes, picture) for picture in asked]
            if len(answers) == 1:
                line |= answers[0]
            else:
                line["prediction"] = _together([answer["prediction"] for answer in answers])
                line["digits"] = [
                    {"box": box, **answer} for box, answer in zip(boxes, answers, strict=True)
                ]
        print(json.dumps(line), flush=True)
    return status


def _asked(image: str, data: Data | None) -> tuple[list[Box], list[NDArray[np.float32]]]:
    """Return the network's inputs, float32 [channels, height, width] in [0, 1], and their boxes.

    Raises InvalidImageError: the picture is of no use.
    """
    pixels = read_image(image)
    made = data.pictures if isinstance(data, Images) else None
    if made is None:
        pieces = split(pixels)
        return [piece.box for piece in pieces], [piece.made.result[None] for piece in pieces]
    whole = (0, 0, *pixels.shape[:2])
    return [whole], [_made_as(pixels, made)]


def _made_as(pixels: NDArray[np.uint8], own: PictureSet) -> NDArray[np.float32]:
    """A picture as those of a person's own set were made."""
    if own.made == "drawn":
        return to_network_input(pixels)[None]
    small = fitted(pixels, own.size, whole=own.made == "whole")
    return (small if own.colour else in_grey(small[None])[0]).astype(np.float32) / 255


def _classes(run: Run) -> list[int | str]:
    """Return the meaning of the outputs: the digits 0 to 9, or names."""
    data = run.experiment.data
    info = describe(data)
    is_own = isinstance(data, Images) and data.pictures is not None
    if (info.input_shape != PICTURE and not is_own) or info.class_names is None:
        raise NnlabError(
            _(
                "The run {run} learns from '{data}', not from grey pictures of 28×28: predict needs"
                " a run on digits or mnist, such as python -m nnlab train digits-mlp makes, one on"
                " pictures of your own, or one on sequences (attention-sort).",
                run=run.id,
                data=data.kind,
            )
        )
    return _with_digits(info.class_names)


def _with_digits(names: Sequence[str]) -> list[int | str]:
    digits = dict(zip(DIGIT_NAMES, DIGITS, strict=True))
    return [digits.get(name, name) for name in names]


def _together(read: Sequence[object]) -> str:
    """`42` of 4 and 2, as a number is read; `T-shirt Bag` of names."""
    names = [str(each) for each in read]
    return ("" if all(len(name) == 1 for name in names) else " ").join(names)


def _answer(
    network: nn.Module, classes: list[int | str], picture: NDArray[np.float32]
) -> dict[str, object]:
    probabilities = _probabilities(network, picture)
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    answer: dict[str, object] = {"prediction": classes[best], "probabilities": probabilities}
    if classes == DIGITS and picture.shape == PICTURE:
        found = doubt(picture[0])
        answer |= {"doubt": found, "may_be_no_digit": found >= DOUBTED}
    return answer


@torch.inference_mode()
def _probabilities(network: nn.Module, picture: NDArray[np.float32]) -> list[float]:
    """The softmax of the outputs, one value in [0, 1] a class; they sum to 1.

    After a last log_softmax it changes nothing, so it serves both losses.
    """
    outputs = network(torch.from_numpy(picture)[None])[0].double()
    if not bool(torch.isfinite(outputs).all()):
        raise NnlabError(
            _(
                "The network's outputs are not finite numbers: its run diverged. Train it anew with"
                " a lower training.optimizer.lr."
            )
        )
    return outputs.softmax(0).tolist()
