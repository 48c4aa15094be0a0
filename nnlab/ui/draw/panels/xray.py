"""X-ray: the digit on its way through the network, down to one value's arithmetic."""

from nnlab.insight.arithmetic import SoftmaxOf, softmax_of
from nnlab.texts import _, number
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.reading import Reading
from nnlab.ui.explain.xray import show_way, through
from nnlab.ui.session.draw_state import draw_state
from nnlab.ui.session.widgets import draw as widgets
from nnlab.visible import in_html


def show_xray(frame: DrawFrame) -> None:
    """The panel. There has to be an answer."""
    made, answer, moment = frame.made, frame.answer, frame.moment
    assert made is not None
    assert answer is not None
    assert moment is not None
    picture, network = made.result, moment.network
    layers = moment.explained(("x-ray", picture.tobytes()), lambda net: through(net, picture))
    state = draw_state()
    pointed = show_way(
        layers,
        network,
        state.place,
        answer.class_names,
        key=widgets.key("xray_maps"),
        below=_softmax(softmax_of(layers[-1].values), answer),
    )
    state.place = pointed or state.place


def _softmax(sums: SoftmaxOf, answer: Reading) -> str:
    best = int(sums.probabilities.argmax())
    rows = [
        row(
            in_html(name),
            cell(f"{sums.logits[i]:.3f}"),
            cell(number(float(sums.powers[i]))),
            cell(f"{sums.probabilities[i]:.4f}"),
            css="best" if i == best else "",
        )
        for i, name in enumerate(answer.class_names)
    ]
    foot = row(_("sum"), cell(""), cell(number(float(sums.powers.sum()))), cell("1"))
    heads = _("class"), _("logit"), _("e^(logit − largest)"), _("probability")
    said = _(
        "From the outputs (logits) to probabilities: e to the power of each, over the sum of all."
        " The largest is taken off before, which changes no quotient."
    )
    shown = table("nnlab-sum", rows, heads=heads, foot=[foot])
    return f"<h6>{_('Softmax')}</h6><p>{said}</p>{shown}"
