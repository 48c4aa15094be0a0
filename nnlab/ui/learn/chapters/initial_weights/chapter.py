"""Initial weights: spreads through the layers, then a training from each beginning."""

from pathlib import Path

import streamlit as st

from nnlab.learn.initial_weights.figure import losses_figure, spread_figure
from nnlab.learn.initial_weights.questions import QUESTIONS
from nnlab.learn.initial_weights.schemes import (
    FEWEST_LAYERS,
    MOST_LAYERS,
    SCHEMES,
    Function,
    Scheme,
)
from nnlab.learn.initial_weights.spread import EXAMPLES, WIDTH, Spread, spread
from nnlab.learn.initial_weights.train import RATE, STEPS, Trained, train
from nnlab.learn.initial_weights.train import WIDTH as UNITS
from nnlab.texts import N_, _, number
from nnlab.ui.components.chart import show_chart
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.learn.chapter import Chapter, Formula, Tutorial
from nnlab.ui.runtime.cache import kept
from nnlab.ui.session.widgets import learn as widgets
from nnlab.ui.shell import messages
from nnlab.visible import in_html

STYLE = Path(__file__).with_name("weights.css")
SCHEME, FUNCTION, LAYERS, TRAINED = (
    "weights_scheme",
    "weights_function",
    "weights_layers",
    "weights_trained",
)
FUNCTION_NAMES: dict[Function, str] = {"relu": "ReLU", "tanh": "tanh"}


@kept
def _spread(scheme: Scheme, function: Function, layers: int) -> Spread:
    return spread(scheme, function, layers)


@kept
def _train(function: Function, layers: int) -> Trained:
    return train(function, layers)


@st.fragment
def _show() -> None:
    with messages():
        st.html(STYLE)
        scheme, function, layers = _controls()
        spreads = {one: _spread(one, function, layers) for one in SCHEMES}
        said = _say(spreads[scheme], scheme, function, layers)
        show_chart(
            spread_figure(spreads, scheme, dark=st.context.theme.type == "dark"),
            key=widgets.key("weights_spread"),
            alt=said,
        )
        st.markdown(said)
        st.caption(
            _(
                "Points are measured by PyTorch on layers of {width} units and {examples} inputs"
                " from N(0, 1); dashed lines are the formulas for very wide layers. Both vertical"
                " axes count powers of ten.",
                width=WIDTH,
                examples=EXAMPLES,
            )
        )
        _show_training(scheme, function, layers)


def _controls() -> tuple[Scheme, Function, int]:
    widgets.hold(SCHEME, "normal")
    widgets.hold(FUNCTION, "relu")
    widgets.hold(LAYERS, 10)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        scheme = st.segmented_control(
            _("Weights"),
            list(SCHEMES),
            format_func=lambda one: _(SCHEMES[one]),
            key=widgets.key(SCHEME),
            required=True,
        )
        function = st.segmented_control(
            _("Activation function"),
            list(FUNCTION_NAMES),
            format_func=FUNCTION_NAMES.__getitem__,
            key=widgets.key(FUNCTION),
            required=True,
        )
        layers = st.slider(
            _("Layers"), FEWEST_LAYERS, MOST_LAYERS, key=widgets.key(LAYERS), width=320
        )
    return scheme or "normal", function or "relu", layers


def _say(shown: Spread, scheme: Scheme, function: Function, layers: int) -> str:
    """Describe the effect of the chosen scheme."""
    name = _(SCHEMES[scheme])
    idle = (
        _("{share:.0%} of the last layer's outputs are 0", share=shown.idle[-1])
        if function == "relu"
        else _("{share:.0%} of the last layer's outputs are beyond ±0.99", share=shown.idle[-1])
    )
    return _(
        "{name}, {function}: forward, the spread is {first} in layer 1 and {last} in layer"
        " {layers}; backward, the gradient's is {back_last} in layer {layers} and {back_first} in"
        " layer 1. {idle}.",
        name=name,
        function=FUNCTION_NAMES[function],
        layers=layers,
        first=number(shown.forward[0]),
        last=number(shown.forward[-1]),
        back_last=number(shown.backward[-1]),
        back_first=number(shown.backward[0]),
        idle=idle,
    )


def _show_training(scheme: Scheme, function: Function, layers: int) -> None:
    setting = (function, layers)
    st.button(
        _("Train all four"),
        key=widgets.key("weights_train"),
        icon=":material/play_arrow:",
        type="primary",
        on_click=_remember,
        args=(setting,),
    )
    if widgets.get(TRAINED) != setting:
        st.caption(
            _(
                "A network of {n} layer, Linear(64, 10), learns small pictures of digits from each"
                " of the four beginnings: {steps} steps of SGD at a rate of {rate:g}.",
                "A network of {n} layers, the last of 10 units and those before of {width}, learns"
                " small pictures of digits from each of the four beginnings: {steps} steps of SGD"
                " at a rate of {rate:g}.",
                n=layers,
                width=UNITS,
                steps=STEPS,
                rate=RATE,
            )
        )
        return
    trained = _train(function, layers)
    lasts = [float(loss) for loss in trained.losses[:, -1]]
    accuracies = [float(one) for one in trained.accuracies]
    rows = [
        row(in_html(_(SCHEMES[one])), cell(number(loss)), cell(f"{accuracy:.1%}"))
        for one, loss, accuracy in zip(SCHEMES, lasts, accuracies, strict=True)
    ]
    heads = [in_html(head) for head in ("", _("validation loss"), _("accuracy"))]
    said = ", ".join(
        f"{_(SCHEMES[one])} {accuracy:.1%}"
        for one, accuracy in zip(SCHEMES, accuracies, strict=True)
    )
    show_chart(
        losses_figure(trained, scheme, dark=st.context.theme.type == "dark"),
        key=widgets.key("weights_losses"),
        alt=_("Validation losses of the four. Accuracy at the end: {said}.", said=said),
    )
    st.html(table("nnlab-figures", rows, heads=heads, label=_("At the end")))
    st.caption(
        _(
            "A loss of NaN: the numbers overflowed. Ten equally likely classes give a loss of"
            " ln 10 = 2.303: from two layers on, zeros stay there, while a single layer learns from"
            " zeros as well. The same examples in the same order for all four."
        )
    )


def _remember(setting: tuple[Function, int]) -> None:
    widgets[TRAINED] = setting


CHAPTER = Chapter(
    id="initial-weights",
    title=N_("Initial weights"),
    summary=N_("Why a deep network begins with weights of one size, and of no other."),
    text=N_(
        "A network begins with random weights. Each layer multiplies the spread of the numbers that"
        " pass through it by some factor, and each layer does the same to the gradient on its way"
        " back. Ten or twenty layers take that factor to a power. **Kaiming** chooses the weights"
        " for ReLU or for tanh, so that it is about 1. **Xavier** chooses them for functions that"
        " hardly change small numbers, as tanh: with ReLU, which drops half of them, the factor is"
        " 1/√2. Change the number of layers, and see who keeps the spread; then train."
    ),
    show=_show,
    formulas=(
        Formula(
            r"\mathrm{Var}\,z_l = n \,\mathrm{Var}\,w \cdot \mathbb{E}\,a_{l-1}^2",
            "z = a @ weight.T\nz.var()",
        ),
        Formula(
            r"\text{Xavier:}\quad \mathrm{Var}\,w = \frac{2}{n_\mathrm{in} + n_\mathrm{out}}",
            "nn.init.xavier_normal_(weight)",
        ),
        Formula(
            r"\text{Kaiming, ReLU:}\quad \mathrm{Var}\,w = \frac{2}{n_\mathrm{in}}",
            'nn.init.kaiming_normal_(\n    weight,\n    nonlinearity="relu",\n)',
        ),
        Formula(
            r"\text{Kaiming, tanh:}\quad \mathrm{Var}\,w = \frac{(5/3)^2}{n_\mathrm{in}}",
            'nn.init.calculate_gain("tanh")',
        ),
        Formula(
            r"\mathrm{Var}\,\frac{\partial L}{\partial z_l} = n \,\mathrm{Var}\,w \cdot"
            r" \mathbb{E}\,f'(z_l)^2 \cdot \mathrm{Var}\,\frac{\partial L}{\partial z_{l+1}}",
            "torch.autograd.grad(loss, z)[0].var()",
        ),
    ),
    questions=QUESTIONS,
    tutorial=Tutorial(
        N_("What is torch.nn really?"),
        "https://docs.pytorch.org/tutorials/beginner/nn_tutorial.html",
    ),
)
