"""The network's answers to a few validation pictures, marked right or wrong."""

import base64
from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import nn

from nnlab.config import Images, Model
from nnlab.data.description import names_of, shape_of
from nnlab.data.samples import Samples
from nnlab.figures.pictures.digits import sample_grid
from nnlab.texts import N_, _
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.runtime.snapshot import Snapshot, settled, untrained
from nnlab.visible import in_html


@dataclass(frozen=True)
class Answers:
    """The network's answers to a few pictures."""

    classes: NDArray[np.int64]
    """The most probable class of each picture, [n]."""
    step: int


def draw_answers(frame: ImagesFrame) -> None:
    """Draw the tab Pictures: the network's answers to the first validation pictures."""
    found, view = frame.pictures, frame.view
    if found is None or not len(found.val_y):
        st.caption(_("There are no validation pictures to show."))
    elif view is not None:
        answers = answers_of(view, found.val_x, moving=frame.status == "running")
        show_answers(found, answers, names_of(frame.data))
    elif not frame.blocked:
        show_answers(
            found,
            untrained_answers(frame.experiment.model, frame.data, found),
            names_of(frame.data),
        )


def answers_of(view: RunView, pictures: NDArray[np.float32], *, moving: bool) -> Answers:
    """Return the newest network's answers to pictures float32 [n, c, h, w].

    While the run trains (`moving`), the network is renewed once a second.
    """
    return _answers(settled(view, view.moment(), moving=moving), pictures)


def untrained_answers(model: Model, data: Images, samples: Samples) -> Answers:
    """Return the untrained network's answers. The network has to fit the pictures."""
    return _answers(untrained(model, shape_of(data)), samples.val_x)


def _answers(snapshot: Snapshot, pictures: NDArray[np.float32]) -> Answers:
    what = ("answers", pictures.tobytes())
    classes = snapshot.cached(what, lambda network: _classes(network, pictures))
    return Answers(classes, snapshot.step)


def show_pictures(samples: Samples) -> None:
    """Put the pictures on the page once, for `show_answers` to refer to. Takes up no space."""
    sheet = sample_grid(samples.val_x, columns=len(samples.val_x), scale=1)
    side = samples.val_x.shape[-1]
    wide = 100 * (len(samples.val_x) * (side + 4) - 4) / side
    address = base64.b64encode(sheet).decode("ascii")
    st.html(
        f"<style>.nnlab-answers i {{ background-image: url(data:image/png;base64,{address});"
        f" background-size: {wide:.2f}% 100%; }}</style>"
    )


def show_answers(samples: Samples, answers: Answers, names: tuple[str, ...]) -> None:
    """Show the pictures in rows, each with the predicted class, and the true one if it differs."""
    right = int((answers.classes == samples.val_y).sum())
    count = len(samples.val_y)
    if answers.step == 0:
        said = N_(
            "**Validation pictures** · The untrained network reads {right} of these {count} right."
        )
    else:
        said = N_(
            "**Validation pictures** · At step {step:,} it reads {right} of these {count} right."
        )
    st.markdown(_(said, step=answers.step, right=right, count=count))
    cells = "".join(
        _cell(i, count, names[guess], names[truth])
        for i, (guess, truth) in enumerate(zip(answers.classes, samples.val_y, strict=True))
    )
    long = "long" if max(map(len, names)) > 3 else ""
    st.html(f"<ul class='nnlab-answers {long}'>{cells}</ul>")


def _cell(index: int, count: int, guess: str, truth: str) -> str:
    # In a background, 0 % is the first tile and 100 % the last.
    place = f"background-position: {100 * index / max(count - 1, 1):.3f}% 0"
    guess, truth = in_html(guess), in_html(truth)
    if guess == truth:
        return f"<li><i style='{place}'></i><b>✓ {guess}</b><small>&#160;</small></li>"
    said = _("is {truth}", truth=truth)
    return f"<li class='wrong'><i style='{place}'></i><b>✗ {guess}</b><small>{said}</small></li>"


@torch.inference_mode()
def _classes(network: nn.Module, pictures: NDArray[np.float32]) -> NDArray[np.int64]:
    return network(torch.tensor(pictures)).argmax(dim=1).numpy()
