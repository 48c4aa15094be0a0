"""An experiment in words: what it learns from, each layer, and how it trains."""

from functools import lru_cache

from nnlab.config import Adam, Data, Experiment, Images, Model, RMSprop, Sgd
from nnlab.config.base import Part
from nnlab.data.registry import describe, sizes
from nnlab.errors import NnlabError
from nnlab.models import build
from nnlab.models.shapes import trace

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
"""What PyTorch says of a layer and would do unasked."""


def data_lines(data: Data) -> list[tuple[str, str]]:
    """Name and value of what says what a run learns from."""
    lines = [("data", data.kind)]
    try:
        train, val, _ = sizes(data)
        what = "pictures" if isinstance(data, Images) else "points"
        lines.append((what, f"{train:,} train, {val:,} validation"))
    except NnlabError as error:
        lines.append(("examples", str(error)))
    noise = getattr(data, "noise", 0.0)
    if noise:
        lines.append(("noise", f"{noise:.0%}"))
    return lines


@lru_cache(maxsize=64)
def layer_lines(model: Model, data: Data) -> list[tuple[str, str, str]]:
    """For each layer what PyTorch calls it, the shape that it gives, its number of parameters.

    A network that does not fit its data has no shapes: then the kinds alone, and dashes.
    """
    shape = describe(data).input_shape
    try:
        rows = trace(model.layers, shape)
        modules = list(build(model, shape))
    except NnlabError:
        return [(layer.kind, "–", "–") for layer in model.layers]
    return [
        (
            _short(repr(module)),
            " × ".join(f"{size:,}" for size in row.output_shape),
            f"{row.parameters:,}" if row.parameters else "–",
        )
        for module, row in zip(modules, rows, strict=True)
    ]


def training_lines(experiment: Experiment) -> list[tuple[str, str]]:
    """Name and value of how a run learns; what stands at its default is left out."""
    training = experiment.training
    batch = "all" if training.batch_size == "all" else f"{training.batch_size:,}"
    lines = [
        ("optimizer", optimizer_text(training.optimizer)),
        ("loss", LOSSES[training.loss]),
        ("batch size", batch),
    ]
    if training.sampling != "permutation":
        lines.append(("sampling", "with replacement"))
    limits = ((training.epochs, "epoch"), (training.steps, "step"))
    budget = [f"{limit:,} {what}{'s'[: limit != 1]}" for limit, what in limits if limit is not None]
    lines.append(("budget", " or ".join(budget)))
    if training.schedule is not None:
        name = SCHEDULES[training.schedule.kind]
        lines.append(("schedule", _called(name, _changed(training.schedule))))
    if training.early_stopping is not None:
        stopping = training.early_stopping.model_dump()
        lines.append(("early stopping", ", ".join(f"{k}={v:g}" for k, v in stopping.items())))
    if training.stop_at_loss is not None:
        lines.append(("stops at a loss of", f"{training.stop_at_loss:g}"))
    if training.clip_norm is not None:
        lines.append(("clip_norm", f"{training.clip_norm:g}"))
    if training.l1:
        lines.append(("l1", f"{training.l1:g}"))
    if training.augment is not None:
        most = _changed(training.augment) or {"strengths": "all 0"}
        lines.append(("augmentation", ", ".join(f"{k}={v}" for k, v in most.items())))
    if not training.zero_grad:
        lines.append(("zero_grad", "off: gradients add up"))
    seeds = (getattr(experiment.data, "seed", 0), experiment.model.seed, training.seed)
    lines.append(("seeds", "data {}, weights {}, batches {}".format(*seeds)))
    return lines


def optimizer_text(optimizer: Sgd | Adam | RMSprop) -> str:
    """`Adam(lr=0.002)`: the rate, and what is not at its default."""
    return _called(
        OPTIMIZERS[optimizer.kind], {"lr": f"{optimizer.lr:g}", **_changed(optimizer, "lr")}
    )


def _changed(part: Part, *but: str) -> dict[str, str]:
    written = part.model_dump(exclude_defaults=True, exclude={"kind", *but})
    return {
        k: f"{v:g}" if isinstance(v, float) else str(v) for k, v in written.items() if k != "kind"
    }


def _called(name: str, arguments: dict[str, str]) -> str:
    return f"{name}({', '.join(f'{key}={value}' for key, value in arguments.items())})"


def _short(text: str) -> str:
    for usual in USUAL:
        text = text.replace(usual, "")
    return text.replace("in_features=", "").replace("out_features=", "")
