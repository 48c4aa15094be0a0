"""X-ray: the digit on its way through the network, down to one value's arithmetic."""

from html import escape

from nnlab.insight.arithmetic import SoftmaxOf, softmax_of
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.reading import Reading
from nnlab.ui.explain.xray import show_way, through
from nnlab.ui.session.draw_state import draw_state
from nnlab.ui.session.widgets import draw as widgets


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


def _softmax(table: SoftmaxOf, answer: Reading) -> str:
    best = int(table.probabilities.argmax())
    rows = "".join(
        f"<tr{' class=best' if i == best else ''}><th scope='row'>{escape(name)}</th>"
        f"<td>{table.logits[i]:.3f}</td><td>{table.powers[i]:.3g}</td>"
        f"<td>{table.probabilities[i]:.4f}</td></tr>"
        for i, name in enumerate(answer.class_names)
    )
    return (
        "<h6>Softmax</h6><p>From the outputs (logits) to probabilities: e to the power of each,"
        " over the sum of all. The largest is taken off before, which changes no quotient.</p>"
        "<table class='nnlab-sum'><thead><tr><th scope='col'>class</th><th scope='col'>logit</th>"
        "<th scope='col'>e^(logit − largest)</th><th scope='col'>probability</th></tr></thead>"
        f"<tbody>{rows}</tbody><tfoot><tr><th scope='row'>sum</th><td></td>"
        f"<td>{table.powers.sum():.3g}</td><td>1</td></tr></tfoot></table>"
    )
