"""The chapter: its texts, and which picture is shown."""

from pathlib import Path

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.texts import N_, _
from nnlab.ui.learn.chapter import Chapter, Formula, Tutorial
from nnlab.ui.learn.chapters.landscape.plane_view import show_plane
from nnlab.ui.learn.chapters.landscape.questions import QUESTIONS
from nnlab.ui.learn.chapters.landscape.sharpness_view import show_sharpness
from nnlab.ui.learn.chapters.landscape.told import told
from nnlab.ui.learn.chapters.landscape.valley_view import show_valley
from nnlab.ui.learn.own_network import choose_network, of_the_plane
from nnlab.ui.messages import say
from nnlab.ui.session.widgets import learn as widgets

STYLE = Path(__file__).with_name("landscape.css")
ID = "landscape"
PATH, RANDOM, VALLEY, SHARPNESS = "path", "random", "valley", "sharpness"
VIEWS = {
    PATH: N_("its way"),
    RANDOM: N_("a random plane"),
    VALLEY: N_("between two runs"),
    SHARPNESS: N_("sharpness, live"),
}


def show() -> None:
    """The network, what is shown of it, and the picture."""
    st.html(STYLE)
    left, right = st.columns(2, vertical_alignment="bottom")
    try:
        with left:
            own = choose_network(ID, first=of_the_plane)
    except NnlabError as error:
        say("warning", str(error))
        return
    view = right.segmented_control(
        _("What is shown"),
        list(VIEWS),
        format_func=lambda one: _(VIEWS[one]),
        default=PATH,
        required=True,
        key=widgets.key("landscape_view"),
    )
    with told():
        if view == VALLEY:
            show_valley(own)
        elif view == SHARPNESS:
            show_sharpness(own)
        else:
            show_plane(own, is_random=view == RANDOM)


CHAPTER = Chapter(
    id=ID,
    title=N_("The landscape of your run"),
    summary=N_(
        "The loss over a plane of your network's weights, the path that its training took, and how"
        " sharp the loss is along it."
    ),
    text=N_(
        "All weights of a network together are one point, and the loss is a height above it."
        " Training walks downhill. Below is the plane in which your run moved most, with the loss"
        " measured anew at each place of it; step along its way with the slider. **Sharpness** is"
        " how steeply the ground curves upwards under it, measured while it trains."
    ),
    show=show,
    formulas=(
        Formula(
            r"L(a, b) = \mathcal{L}(\theta + a\,u + b\,v)",
            "loss = F.cross_entropy(functional_call(network, weights_at(a, b), (x,)), y)",
        ),
        Formula(
            r"u, v = \operatorname{PCA}_{1, 2}(\theta_0, \dots, \theta_T)",
            "u, v = torch.linalg.svd(path - path.mean(0), full_matrices=False).Vh[:2]",
        ),
        Formula(
            r"H w = \nabla_\theta \left( \nabla_\theta \mathcal{L} \cdot w \right)",
            "product = torch.autograd.grad(gradient @ w, weights)[0]",
        ),
        Formula(
            r"\lambda_{\max}(H), \quad \lambda^{*} = \frac{2 (1 + \beta)}{\eta}"
            r"\;\overset{\beta = 0}{=}\; \frac{2}{\eta}",
            "sharpness = torch.linalg.eigvalsh(hessian)[-1]\nlimit = 2 * (1 + momentum) / lr",
        ),
        Formula(
            r"\lambda_{\max}(P^{-1/2} H P^{-1/2}), \quad \lambda^{*} = \frac{38}{\eta}",
            "root = ((1 - 0.9**t) * ((exp_avg_sq / (1 - 0.999**t)).sqrt() + eps)).rsqrt()\n"
            "sharpness = torch.linalg.eigvalsh(root[:, None] * hessian * root)[-1]\n"
            "limit = 38 / lr",
        ),
    ),
    questions=QUESTIONS,
    tutorial=Tutorial(
        N_("Optimizing model parameters"),
        "https://docs.pytorch.org/tutorials/beginner/basics/optimization_tutorial.html",
    ),
)
