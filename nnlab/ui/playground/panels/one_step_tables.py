"""One step as numbers: the batch, the network's answers and losses, one weight before and after."""

from html import escape

import numpy as np

from nnlab.insight.microscope import GradientCheck, OneStep
from nnlab.ui.playground.network.network_layers import Parameter

MOST_INPUTS = 6
"""Columns of inputs that are shown; a table may have more."""


def batch_table(
    step: OneStep, names: list[str], class_names: tuple[str, ...] | None, chosen: int
) -> str:
    """Each example of the batch: inputs, target, what the network gives, loss; then the mean."""
    outputs = step.outputs.double()
    answers = outputs.softmax(1) if class_names else outputs
    heads = ["#", *names[:MOST_INPUTS], "target"]
    heads += [f"p({name})" for name in class_names] if class_names else ["ŷ"]
    rows = []
    for place, (x, y, given, loss) in enumerate(
        zip(step.x, step.y, answers, step.losses, strict=True)
    ):
        target = class_names[int(y)] if class_names else f"{float(y):.4g}"
        cells = [
            str(place + 1),
            *(f"{float(value):.4g}" for value in x[:MOST_INPUTS]),
            target,
            *(f"{float(value):.3f}" if class_names else f"{float(value):.4g}" for value in given),
            f"{float(loss):.4g}",
        ]
        mark = " class='chosen'" if place == chosen else ""
        rows.append(f"<tr{mark}>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>")
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in [*heads, "loss"])
    span = len(heads)
    foot = f"<tr><th scope='row' colspan='{span}'>mean of the batch</th>{_cell(step.loss)}</tr>"
    if step.penalty:
        foot += f"<tr><th scope='row' colspan='{span}'>L1 penalty</th>{_cell(step.penalty)}</tr>"
    return (
        "<div class='nnlab-batch' tabindex='0'><table class='nnlab-figures'>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody><tfoot>{foot}</tfoot>"
        "</table></div>"
    )


def weight_table(step: OneStep, parameter: Parameter) -> str:
    """One weight: before, its gradient, what the optimizer makes of it, after."""
    name, index = parameter.name, parameter.index
    before, after = step.before[name][index].item(), step.after[name][index].item()
    gradient, used = step.gradients[name][index].item(), step.used[name][index].item()
    rows = [("before", before), ("gradient, by autograd", gradient)]
    if step.is_clipped:
        rows.append(("gradient, clipped", used))
    rows += [
        (f"update by {step.training.optimizer.kind}", after - before),
        ("after", after),
    ]
    return _rows(f"{name}[{', '.join(map(str, index))}]", rows)


def check_table(check: GradientCheck) -> str:
    """The finite difference beside autograd, in double precision."""
    rows = [
        ("loss at w + ε", check.plus),
        ("loss at w − ε", check.minus),
        ("(L(w + ε) − L(w − ε)) / 2ε", check.numeric),
        ("autograd, float64", check.autograd),
        ("rounding alone allows", check.rounding),
        ("relative error", check.relative_error),
    ]
    return _rows("finite difference", rows, digits=".12g")


def note_of(value: float) -> str:
    """A number short enough to stand under a neuron."""
    return "–" if not np.isfinite(value) else f"{value:.2g}".replace("-", "−")


def _rows(head: str, rows: list[tuple[str, float]], digits: str = ".9g") -> str:
    body = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td title='{value!r}'>{value:{digits}}</td></tr>"
        for name, value in rows
    )
    return (
        "<table class='nnlab-figures'><thead><tr>"
        f"<th scope='col' style='text-align:left'><code>{escape(head)}</code></th><td></td></tr>"
        f"</thead><tbody>{body}</tbody></table>"
    )


def _cell(value: float) -> str:
    return f"<td title='{value!r}'>{value:.6g}</td>"
