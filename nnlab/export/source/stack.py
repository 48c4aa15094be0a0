"""The engine `stack` as source: a network alone, with the numbers that it has in a sweep.

The formulas are the file that the lab itself runs (`nnlab.training.ensemble.formulas`); what is
written here puts one network's tensors into them.
"""

import ast
import inspect
from collections.abc import Sequence

from nnlab.config import Activation, BatchNorm, Dropout, Experiment, Linear, LogSoftmax
from nnlab.data.description import describe
from nnlab.models import LayerShape, trace
from nnlab.models.build import skeleton
from nnlab.models.code import Source
from nnlab.models.layer_source import layer_source
from nnlab.models.source_parts import listed
from nnlab.training.batches import batch_of
from nnlab.training.ensemble import formulas, optimizers
from nnlab.training.ensemble.draws import STEPS
from nnlab.training.ensemble.forward import widths_of
from nnlab.training.ensemble.layout import Layout
from nnlab.training.seeds import LAYERS, own_seed

IMPORTS = (
    "from collections.abc import Sequence",
    "from typing import Any",
    "from torch import Tensor",
    "import math",
)
"""Imports of the file of formulas besides PyTorch."""

ROWS = """\
# The parameters lie in one row, which the network reads and the optimizer changes.
{places}
row = torch.zeros(1, {length})
gradients = torch.zeros_like(row)
leaves = []
for parameter, (start, end) in zip(parameters, places, strict=True):
    row[0, start:end] = parameter.detach().reshape(-1)
    parameter.data = row[0, start:end].view(parameter.shape)
    leaves.append(row[:, start:end].view(1, *parameter.shape).detach().requires_grad_())
{penalised}
slots = {{{slots}}}
vars(optimizer)["_opt_called"] = True  # for the schedule: its numbers alone are used here
"""

STEP = '''\
def take_step(x, y):
    """One optimizer step on a batch, which is filled up with rows that count nothing."""
    global taken
    size = len(y)
    counts = torch.zeros({rows}, 1)
    counts[:size] = 1
    filled_x, filled_y = x.new_zeros(1, {rows}, x.shape[1]), y.new_zeros(1, {rows}, *y.shape[1:])
    filled_x[0, :size], filled_y[0, :size] = x, y
    outputs = forward(filled_x, counts, size)
    loss = losses(outputs, filled_y, counts.T / size, "{loss}")
    found = torch.autograd.grad(loss.sum(), leaves)
    with torch.no_grad():
        for (start, end), gradient in zip(places, found, strict=True):
            {take}
{penalties}        taken += 1
        group = optimizer.param_groups[0]
        numbers = {{name: torch.tensor([[value]]) for name, value in numbers_of(group).items()}}
        if not group["weight_decay"]:
            del numbers["weight_decay"]
{update}
'''

UPDATES = {
    "sgd": """\
        is_first = bool(group["momentum"]) and "momentum_buffer" not in slots
        if is_first:
            slots["momentum_buffer"] = torch.zeros_like(row)
        sgd(row, gradients, slots, numbers, is_first, group["nesterov"])""",
    "rmsprop": """\
        if group["momentum"] and "momentum_buffer" not in slots:
            slots["momentum_buffer"] = torch.zeros_like(row)
        rmsprop(row, gradients, slots, numbers)""",
    "adam": """\
        size, correction = corrections(group, taken)
        numbers["size"] = torch.tensor([[size]])
        numbers["correction"] = torch.tensor([[correction]])
        adam(row, gradients, slots, numbers, {decoupled})""",
}

DRAWS = '''\
# What dropout draws: for {steps} steps at once.
draws = torch.Generator().manual_seed({seed})


def drawn():
    """Numbers from U(0, 1) for each layer of dropout, step after step."""
    while True:
        for one in torch.rand({steps}, {total}, generator=draws):
            yield [part.view(1, {rows}, -1) for part in one.split({sizes})]


dropping = drawn()
'''


def engine_source(experiment: Experiment, network: Source, fixed: int, train_size: int) -> str:
    """The formulas, and the function `take_step(x, y)` that takes one step of the network.

    Args:
        experiment: whose engine is `stack`.
        network: the layers behind the first `fixed`, which learn nothing.
        fixed: how many.
        train_size: examples that train.
    """
    training = experiment.training
    shape = describe(experiment.data).input_shape
    rows = trace(experiment.model.layers, shape)[fixed:]
    padded = formulas.padded_rows(batch_of(training, train_size), widths_of(rows))
    kind = training.optimizer.kind
    layout = Layout(skeleton(experiment.model, shape))
    places = [f"({place.start}, {place.end})" for place in layout.places.values()]
    slots = [f'"{name}": torch.zeros_like(row)' for name in optimizers.SLOTS[kind]]
    update = UPDATES["adam" if kind == "adamw" else kind]
    parts = [
        _formulas(),
        _function(optimizers.numbers_of) + "\n\n" + _function(optimizers.corrections),
        ROWS.format(
            places="\n".join(listed("places = [", places, "]")),
            length=layout.length,
            slots=", ".join(slots),
            penalised=_penalised(),
        ),
        _draws(rows, padded, training.seed),
        _forward(rows, network),
        "taken = 0\n",
        STEP.format(
            rows=padded,
            loss=training.loss,
            take=_take(is_zeroed=training.zero_grad),
            penalties=PENALTIES,
            update=update.format(decoupled=kind == "adamw") if kind.startswith("adam") else update,
        ),
    ]
    return "\n\n".join(part for part in parts if part)


PENALTIES = """\
        if l1:
            gradients.add_(row.sign().mul_(penalised).mul_(torch.tensor([[l1]])))
        if clip_norm is not None:
            clip(gradients, torch.tensor([[clip_norm]]))
"""


def _penalised() -> str:
    return (
        "penalised = torch.zeros(row.shape[1])  # what L1 counts: weights, not biases\n"
        "for parameter, (start, end) in zip(parameters, places, strict=True):\n"
        "    penalised[start:end] = parameter.dim() > 1"
    )


def _take(*, is_zeroed: bool) -> str:
    if is_zeroed:
        return "gradients[0, start:end] = gradient.reshape(-1)"
    return "gradients[0, start:end] += gradient.reshape(-1)  # they add up from step to step"


def _draws(rows: Sequence[LayerShape], padded: int, seed: int) -> str:
    sizes = [padded * row.output_shape[0] for row in rows if isinstance(row.layer, Dropout)]
    if not sizes:
        return ""
    own = own_seed(seed, LAYERS)
    return DRAWS.format(steps=STEPS, seed=own, total=sum(sizes), rows=padded, sizes=sizes)


def _forward(rows: Sequence[LayerShape], network: Source) -> str:
    lines, leaf, drops = [], 0, 0
    for place, row in enumerate(rows):
        layer = row.layer
        match layer:
            case Linear():
                bias = f"leaves[{leaf + 1}]" if layer.bias else "None"
                lines.append(f"x = Linear.apply(x, leaves[{leaf}], {bias})")
                leaf += 1 + layer.bias
            case BatchNorm():
                figures = [network.names[f"{place}.running_{name}"] for name in ("mean", "var")]
                means, variances = (f"{name}.unsqueeze(0)" for name in figures)
                numbers = f"counts, size, {layer.momentum!r}, {layer.eps!r}"
                lines.append(
                    f"x = batch_norm(x, leaves[{leaf}], leaves[{leaf + 1}], {means}, {variances},"
                    f" {numbers})"
                )
                leaf += 2
            case Dropout():
                lines.append(f"x = dropout(x, drops[{drops}], {layer.p!r})")
                drops += 1
            case LogSoftmax():
                lines.append("x = F.log_softmax(x, 2)")
            case Activation():
                lines += layer_source(row).forward
            case _:
                lines += [
                    "x = x.flatten(0, 1)",
                    *layer_source(row).forward,
                    "x = x.unsqueeze(0)",
                ]
    drawn = ["drops = next(dropping)"] if drops else []
    body = "\n".join(f"    {line}" for line in [*drawn, *lines])
    return (
        "def forward(x, counts, size):\n"
        '    """The network while it trains: [1, rows, inputs] to [1, rows, outputs]."""\n'
        f"{body}\n    return x\n"
    )


def _formulas() -> str:
    """The lab's own file, without its docstring and imports."""
    text = inspect.getsource(formulas)
    last = max(
        node.end_lineno or 0
        for node in ast.parse(text).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
    return "\n".join(text.splitlines()[last:]).strip() + "\n"


def _function(function: object) -> str:
    assert inspect.isfunction(function)
    return inspect.getsource(function).replace("group: Group", "group: dict[str, Any]")
