"""One step as numbers: the batch, the network's answers and losses, one weight before and after."""

import numpy as np

from nnlab.insight.microscope import GradientCheck, OneStep
from nnlab.scene.layers import Parameter
from nnlab.texts import _, number
from nnlab.ui.components.tables import cell, number_cell, row, table
from nnlab.visible import in_html

MOST_INPUTS = 6
"""Columns of inputs that are shown; a table may have more."""


def batch_table(
    step: OneStep, names: list[str], class_names: tuple[str, ...] | None, chosen: int
) -> str:
    """Each example of the batch: inputs, target, what the network gives, loss; then the mean."""
    outputs = step.outputs.double()
    answers = outputs.softmax(1) if class_names else outputs
    heads = ["#", *names[:MOST_INPUTS], _("target")]
    heads += [f"p({name})" for name in class_names] if class_names else ["ŷ"]
    rows = []
    for place, (x, y, given, loss) in enumerate(
        zip(step.x, step.y, answers, step.losses, strict=True)
    ):
        target = class_names[int(y)] if class_names else number(float(y), 4)
        cells = [
            str(place + 1),
            *(number(float(value), 4) for value in x[:MOST_INPUTS]),
            target,
            *(f"{float(value):.3f}" if class_names else number(float(value), 4) for value in given),
            number(float(loss), 4),
        ]
        mark = " class='chosen'" if place == chosen else ""
        rows.append(f"<tr{mark}>{''.join(map(cell, cells))}</tr>")
    sums = [(_("mean of the batch"), step.loss)]
    if step.penalty:
        sums.append((_("L1 penalty"), step.penalty))
    foot = [
        f"<tr><th scope='row' colspan='{len(heads)}'>{name}</th>{number_cell(value, '.6g')}</tr>"
        for name, value in sums
    ]
    shown = [in_html(name) for name in (*heads, _("loss"))]
    whole = table("nnlab-figures", rows, heads=shown, foot=foot)
    return f"<div class='nnlab-batch' tabindex='0'>{whole}</div>"


def weight_table(step: OneStep, parameter: Parameter) -> str:
    """One weight: before, its gradient, what the optimizer makes of it, after."""
    name, index = parameter.name, parameter.index
    before, after = step.before[name][index].item(), step.after[name][index].item()
    gradient, used = step.gradients[name][index].item(), step.used[name][index].item()
    rows = [(_("before"), before), (_("gradient, by autograd"), gradient)]
    if step.is_clipped:
        rows.append((_("gradient, clipped"), used))
    rows += [
        (_("update by {optimizer}", optimizer=step.training.optimizer.kind), after - before),
        (_("after"), after),
    ]
    return _rows(f"{name}[{', '.join(map(str, index))}]", rows)


def check_table(check: GradientCheck) -> str:
    """The finite difference beside autograd, in double precision."""
    rows = [
        (_("loss at w + ε"), check.plus),
        (_("loss at w − ε"), check.minus),
        ("(L(w + ε) − L(w − ε)) / 2ε", check.numeric),
        (_("autograd, float64"), check.autograd),
        (_("rounding alone allows"), check.rounding),
        (_("relative error"), check.relative_error),
    ]
    return _rows(_("finite difference"), rows, digits=".12g")


def note_of(value: float) -> str:
    """A number short enough to stand under a neuron."""
    return "–" if not np.isfinite(value) else number(value, 2)


def _rows(head: str, rows: list[tuple[str, float]], digits: str = ".9g") -> str:
    body = "".join(row(in_html(name), number_cell(value, digits)) for name, value in rows)
    return (
        "<table class='nnlab-figures'><thead><tr>"
        f"<th scope='col' style='text-align:left'><code>{in_html(head)}</code></th><td></td></tr>"
        f"</thead><tbody>{body}</tbody></table>"
    )
