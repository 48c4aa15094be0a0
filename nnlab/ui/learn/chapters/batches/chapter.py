"""Batches: the noise of their gradients on the visitor's own network, and how they are dealt."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from nnlab.config import Images
from nnlab.data.splits import Part
from nnlab.learn.batches.figure import describe_noise, noise_figure
from nnlab.learn.batches.noise import GradientNoise, gradient_noise
from nnlab.learn.batches.questions import QUESTIONS
from nnlab.texts import N_, _
from nnlab.training.metrics import LOSSES
from nnlab.ui.components.chart import show_chart
from nnlab.ui.learn.chapter import Chapter, Formula, Tutorial
from nnlab.ui.learn.chapters.batches import closer
from nnlab.ui.learn.own_network import OwnNetwork, choose_network
from nnlab.ui.runtime.datasets import splits_of, validation_of
from nnlab.ui.session.widgets import learn as widgets
from nnlab.ui.shell import messages

STYLE = Path(__file__).with_name("batches.css")
SIZE, CLOSER = "batches_size", "batches_closer"
FIRST_SIZE = 8


@st.fragment
def _show() -> None:
    with messages():
        st.html(STYLE)
        own = choose_network("batches")
        part = _examples(own)
        noise: GradientNoise = own.snapshot.explained(
            "gradient_noise",
            lambda network: gradient_noise(network, part, LOSSES[own.experiment.training.loss]),
        )
        _show_noise(noise, is_pictures=isinstance(own.experiment.data, Images))
        _show_closer(own, part)


def _show_noise(noise: GradientNoise, *, is_pictures: bool) -> None:
    if widgets.get(SIZE) not in noise.sizes:
        widgets[SIZE] = FIRST_SIZE if FIRST_SIZE in noise.sizes else noise.sizes[0]
    size = st.select_slider(
        _("Batch size"), noise.sizes, format_func=lambda n: f"{n:,}", key=widgets.key(SIZE)
    )
    show_chart(
        noise_figure(noise, size, dark=st.context.theme.type == "dark"),
        key=widgets.key("batches_noise"),
        alt=describe_noise(noise, size),
    )
    source = _("the validation pictures") if is_pictures else _("the training data")
    st.markdown(describe_noise(noise, size))
    st.caption(
        _(
            "Measured on {examples:,} examples of {source}, each with its own backward pass, in"
            " evaluation mode. The dashed line is the formula below: σ / √B, and less where a"
            " batch is a large part of all. By σ / √B alone, noise and gradient are alike (dotted"
            " line) at a batch of about {scale:.3g}.",
            examples=noise.examples,
            source=source,
            scale=noise.noise_scale,
        )
    )


def _examples(own: OwnNetwork) -> Part:
    """Return the examples that batches are drawn from: for pictures, the validation set."""
    data = own.experiment.data
    return validation_of(data) if isinstance(data, Images) else splits_of(data).train


def _show_closer(own: OwnNetwork, part: Part) -> None:
    looks: dict[str, tuple[str, Callable[[], None]]] = {
        "loader": (_("DataLoader"), closer.show_loader),
        "modes": (_("train() and eval()"), closer.show_modes),
        "memory": (_("Memory"), lambda: closer.show_memory(own, part)),
    }
    widgets.hold(CLOSER, "loader")
    chosen = st.segmented_control(
        _("Look closer"),
        list(looks),
        format_func=lambda name: looks[name][0],
        key=widgets.key(CLOSER),
        required=True,
    )
    looks[chosen or "loader"][1]()


CHAPTER = Chapter(
    id="batches",
    title=N_("Batches"),
    summary=N_("Why a few examples are enough for a step, and what is different in evaluation."),
    text=N_(
        "A step follows the gradient of a **batch**, not of all examples: an estimate that costs"
        " less and scatters. Below, each dot is the gradient of one batch of *your* network, and"
        " the star is the gradient of all examples. Move the batch size: the cloud shrinks with"
        " √B, the work grows with B."
    ),
    show=_show,
    formulas=(
        Formula(
            r"g_B = \frac{1}{B} \sum_{i \in \mathrm{batch}} \nabla L_i",
            "loss = loss_function(model(xb), yb)\nloss.backward()",
        ),
        Formula(
            r"\sqrt{\mathbb{E}\,\|g_B - g\|^2}"
            r" = \frac{\sigma}{\sqrt{B}} \sqrt{\frac{n - B}{n - 1}}",
            "(batch_gradients - gradient).square().sum(1).mean().sqrt()",
        ),
        Formula(
            r"\lceil n / B \rceil \;\text{batches}",
            "data = TensorDataset(x, y)\nDataLoader(data, B, shuffle=True)",
        ),
        Formula(
            r"y = \frac{m \odot x}{1 - p}, \quad m_i \sim \mathrm{Bernoulli}(1 - p)",
            "nn.Dropout(p)",
        ),
        Formula(
            r"y = \frac{x - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}}, \quad"
            r" \mu \leftarrow 0.9\,\mu + 0.1\,\mu_B",
            "nn.BatchNorm1d(d)",
        ),
    ),
    questions=QUESTIONS,
    tutorial=Tutorial(
        N_("What is torch.nn really?"),
        "https://docs.pytorch.org/tutorials/beginner/nn_tutorial.html",
    ),
)
