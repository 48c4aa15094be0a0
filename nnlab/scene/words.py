"""An experiment in words: what it learns from, each layer, and how it trains."""

from functools import lru_cache

from torch import nn

from nnlab.config import Adam, Data, Experiment, Images, Model, RMSprop, Sequences, Sgd
from nnlab.config.base import Config
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.models import skeleton
from nnlab.models.shapes import Shape, trace
from nnlab.texts import DASH, _, number

LOSSES = {"cross_entropy": "CrossEntropyLoss", "nll": "NLLLoss", "mse": "MSELoss"}
OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop"}
SCHEDULES = {
    "step": "StepLR",
    "exponential": "ExponentialLR",
    "cosine": "CosineAnnealingLR",
    "one_cycle": "OneCycleLR",
}
USUAL = (
    ", bias=True",
    ", inplace=False",
    "start_dim=1, end_dim=-1",
    ", stride=(1, 1)",
    ", padding=0, dilation=1, ceil_mode=False",
    ", affine=True, track_running_stats=True",
)
"""PyTorch's default arguments, left out of the texts."""


def data_lines(data: Data) -> list[tuple[str, str]]:
    """Name and value of what says what a run learns from."""
    lines = [(_("data"), data_name(data))]
    try:
        train, val, _test = sizes(data)
        what = _("sequences") if isinstance(data, Sequences) else _("points")
        what = _("pictures") if isinstance(data, Images) else what
        lines.append((what, _("{train:,} train, {val:,} validation", train=train, val=val)))
    except NnlabError as error:
        lines.append((_("examples"), str(error)))
    noise = getattr(data, "noise", 0.0)
    if noise:
        lines.append((_("noise"), f"{noise:.0%}"))
    return lines


def data_name(data: Data) -> str:
    """`spiral`; of sequences with what is asked of them: `sequences: sort`."""
    return f"{data.kind}: {data.task}" if isinstance(data, Sequences) else data.kind


def _called_as(module: nn.Module) -> str:
    """A layer in one line, also where it has others inside: `Attention(heads=1, …)`."""
    if next(module.children(), None) is None:
        return repr(module)
    return f"{type(module).__name__}({module.extra_repr()})"


def layer_lines(model: Model, data: Data) -> list[tuple[str, str, str]]:
    """Return each layer's PyTorch name, output shape and number of parameters.

    A network that does not fit its data has no shapes: then the kinds alone, and dashes.
    """
    return _layer_lines(model, describe(data).input_shape)


@lru_cache(maxsize=64)  # of 64 layers each, in words: a megabyte in all
def _layer_lines(model: Model, shape: Shape) -> list[tuple[str, str, str]]:
    try:
        rows = trace(model.layers, shape)
        modules = list(skeleton(model, shape))
    except NnlabError:
        return [(layer.kind, DASH, DASH) for layer in model.layers]
    return [
        (
            _short(_called_as(module)),
            " × ".join(f"{size:,}" for size in row.output_shape),
            f"{row.parameters:,}" if row.parameters else DASH,
        )
        for module, row in zip(modules, rows, strict=True)
    ]


def training_lines(experiment: Experiment) -> list[tuple[str, str]]:
    """Name and value of how a run learns; what stands at its default is left out."""
    training = experiment.training
    batch = _("all") if training.batch_size == "all" else f"{training.batch_size:,}"
    lines = [
        (_("optimizer"), optimizer_text(training.optimizer)),
        (_("loss"), LOSSES[training.loss]),
        (_("batch size"), batch),
    ]
    if training.sampling != "permutation":
        lines.append((_("sampling"), _("with replacement")))
    budget = []
    if training.epochs is not None:
        budget.append(_("{n:,} epoch", "{n:,} epochs", n=training.epochs))
    if training.steps is not None:
        budget.append(_("{n:,} step", "{n:,} steps", n=training.steps))
    lines.append((_("budget"), f" {_('or')} ".join(budget)))
    if training.schedule is not None:
        name = SCHEDULES[training.schedule.kind]
        lines.append((_("schedule"), _called(name, _changed(training.schedule))))
    if training.early_stopping is not None:
        stopping = training.early_stopping.model_dump()
        lines.append(
            (_("early stopping"), ", ".join(f"{k}={number(v, 6)}" for k, v in stopping.items()))
        )
    if training.stop_at_loss is not None:
        lines.append((_("stops at a loss of"), number(training.stop_at_loss, 6)))
    if training.clip_norm is not None:
        lines.append(("clip_norm", number(training.clip_norm, 6)))
    if training.l1:
        lines.append(("l1", number(training.l1, 6)))
    if training.augment is not None:
        strengths = ", ".join(f"{k}={v}" for k, v in _changed(training.augment).items())
        lines.append((_("augmentation"), strengths or _("strengths=all 0")))
    if not training.zero_grad:
        lines.append(("zero_grad", _("off: gradients add up")))
    if experiment.engine == "stack":
        lines.append((_("engine"), _("that of sweeps, with a stack of one")))
    lines.append((_("seeds"), seeds_text(experiment)))
    return lines


def seeds_text(experiment: Experiment) -> str:
    """`data 0, weights 1, batches 2`."""
    return _(
        "data {data}, weights {weights}, batches {batches}",
        data=getattr(experiment.data, "seed", 0),
        weights=experiment.model.seed,
        batches=experiment.training.seed,
    )


def optimizer_text(optimizer: Sgd | Adam | RMSprop) -> str:
    """`Adam(lr=0.002)`: the rate, and what is not at its default."""
    return _called(
        OPTIMIZERS[optimizer.kind], {"lr": number(optimizer.lr, 6), **_changed(optimizer, "lr")}
    )


def _changed(part: Config, *but: str) -> dict[str, str]:
    written = part.model_dump(exclude_defaults=True, exclude={"kind", *but})
    return {
        k: number(v, 6) if isinstance(v, float) else str(v)
        for k, v in written.items()
        if k != "kind"
    }


def _called(name: str, arguments: dict[str, str]) -> str:
    return f"{name}({', '.join(f'{key}={value}' for key, value in arguments.items())})"


def _short(text: str) -> str:
    for usual in USUAL:
        text = text.replace(usual, "")
    return text.replace("in_features=", "").replace("out_features=", "")
