"""A run as a sequence of cells of plain PyTorch: what a script joins and a notebook shows.

Who runs them gets the final `train_loss` of the run to the last digit: the same data, initial
weights, order of batches, live changes at their steps, and branches as phases. It takes the same
processor, version of PyTorch and number of threads, as the last digits always do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nnlab.config import Dropout, Experiment, Features, Flatten, Model, Normalize
from nnlab.config.layers import Layer
from nnlab.data.description import describe
from nnlab.export.source.augment import augment_source
from nnlab.export.source.data import data_source
from nnlab.export.source.images import DataSource
from nnlab.export.source.stack import IMPORTS, engine_source
from nnlab.export.source.training import (
    Loop,
    batches_source,
    final_loss_source,
    optimizer_source,
)
from nnlab.export.timeline import Phase, Timeline, read_timeline
from nnlab.models import trace
from nnlab.models.code import Source, Style, source
from nnlab.models.layer_source import layer_source
from nnlab.models.source_parts import listed
from nnlab.runs.store import Run
from nnlab.training.seeds import LAYERS, own_seed
from nnlab.visible import visible


@dataclass(frozen=True)
class Cell:
    """A heading and the source under it."""

    title: str
    code: str


@dataclass(frozen=True)
class Cells:
    """A run as code. `imports` come first, then the cells in their order."""

    about: str
    """A description of the script in plain lines."""
    imports: tuple[str, ...]
    cells: tuple[Cell, ...]
    reads_files: bool
    """`DATA`, the directory of data sets, has to be defined before the cells."""
    train_loss: float | None
    """The loss that it has to print; None if the run has not ended with a loss."""


def cells(run: Run, style: Style) -> Cells:
    """The cells of a run, its network written in a style.

    Raises:
        NnlabError: the run has not trained yet, or began with weights from a file.
        RunNotFoundError: it, or a run that it descends from, was deleted.
        RunDamagedError: a file of it cannot be read.
    """
    timeline = read_timeline(run)
    first = timeline.phases[0]
    experiment, started = first.experiment, first.started
    fixed = _count_fixed(experiment.model.layers)
    network = _network(experiment, fixed, style)
    data = data_source(experiment.data)
    loop = Loop(timeline, network, fixed)
    augmenting = augment_source(experiment.training)
    training = [
        optimizer_source(experiment, fused=started.fused, total_steps=started.total_steps),
        batches_source(experiment.training, started.train_size, started.steps_per_epoch),
        loop.function(),
    ]
    is_stack = experiment.engine == "stack"
    if is_stack:
        engine = engine_source(experiment, network, fixed, started.train_size)
        training.insert(1, engine)
    made = [
        Cell("Machine", _machine(first)),
        Cell("Data", data.definition),
        Cell("Network", network.definition),
        *_channels_last(experiment, network),
        *_prepared(first, fixed, network),
        *([Cell("Pictures changed at random", augmenting)] if augmenting else []),
        Cell("Training", "\n\n".join(part for part in training if part)),
        *(Cell(title, text) for title, text in _seeded(experiment, loop.phases())),
        Cell("Final loss", final_loss_source(experiment, network, is_module=style != "tensors")),
    ]
    return Cells(
        about=_about(run, experiment, timeline),
        imports=_imports(data, made, IMPORTS if is_stack else ()),
        cells=tuple(made),
        reads_files=data.reads_files,
        train_loss=timeline.train_loss,
    )


def _about(run: Run, experiment: Experiment, timeline: Timeline) -> str:
    started, loss = timeline.phases[0].started, timeline.train_loss
    if loss is not None:
        expected = f"train_loss {loss!r}"
    else:
        expected = f"no loss is known, the run {timeline.reason or 'has not ended yet'}"
    name = " ".join(visible(run.meta.name).split())
    return (
        f"The run '{name}' ({run.id}) on '{experiment.data.kind}', in plain PyTorch.\n\n"
        "It trains the same network on the same data in the same order and prints, to the last\n"
        f"digit, the loss that the run ended with (torch {started.torch}, {started.processor}):\n\n"
        f"    {expected}\n"
    )


def _machine(first: Phase) -> str:
    threads = first.started.threads
    # Set only where they differ, as a run does: setting them is not without effect by itself.
    text = (
        f"if torch.get_num_threads() != {threads}:  # the last digits depend on them\n"
        f"    torch.set_num_threads({threads})\n"
    )
    if first.device != "cpu":
        text += "torch.backends.cudnn.deterministic = True\n"
    return text


def _count_fixed(layers: tuple[Layer, ...]) -> int:
    """Count leading layers that learn nothing; they are applied to all data once, as in a run."""
    count = 0
    while isinstance(layers[count], Features | Normalize | Flatten):
        count += 1
    return count


def _network(experiment: Experiment, fixed: int, style: Style) -> Source:
    shape = describe(experiment.data).input_shape
    rows = trace(experiment.model.layers, shape)
    learned = Model(layers=experiment.model.layers[fixed:], seed=experiment.model.seed)
    return source(learned, rows[fixed].input_shape, style)


def _channels_last(experiment: Experiment, network: Source) -> list[Cell]:
    """The order in memory that convolutions are asked to take."""
    if not experiment.training.channels_last:
        return []
    lines = [
        *listed("tensors = [", list(network.names.values()), "]"),
        "for tensor in tensors:",
        "    if tensor.dim() == 4:",
        "        tensor.data = tensor.data.to(memory_format=torch.channels_last)",
    ]
    return [Cell("Order in memory", "\n".join(lines) + "\n")]


def _prepared(first: Phase, fixed: int, network: Source) -> list[Cell]:
    """The layers that learn nothing, and the way to the accelerator."""
    experiment, device = first.experiment, first.device
    augments = experiment.training.augment is not None
    often = "" if augments else ": once for all data"
    lines: list[str] = []
    if device != "cpu":
        lines += [
            f'train_x, train_y = train_x.to("{device}"), train_y.to("{device}")',
            *listed("tensors = [", list(network.names.values()), "]"),
            "for tensor in tensors:",
            f'    tensor.data = tensor.data.to("{device}")',
        ]
    if fixed:
        rows = trace(experiment.model.layers, describe(experiment.data).input_shape)[:fixed]
        forward = [line for row in rows for line in layer_source(row).forward]
        lines += [
            "def prepared(x):",
            f'    """The first layers, which learn nothing{often}."""',
            *(f"    {line}" for line in forward),
            "    return x",
            "",
            "",
            *(["pictures = train_x"] if augments else []),
            "train_x = prepared(train_x)",
        ]
    return [Cell("Prepare the data", "\n".join(lines) + "\n")] if lines else []


def _seeded(experiment: Experiment, phases: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the phases with the seed of dropout added, apart from the one of the order."""
    drops = any(isinstance(layer, Dropout) for layer in experiment.model.layers)
    if not drops or experiment.engine == "stack":  # which draws by itself
        return phases
    (title, text), *others = phases
    seed = own_seed(experiment.training.seed, LAYERS)
    seed_line = f"torch.manual_seed({seed})  # what dropout drops\n"
    return [(title, seed_line + text), *others]


def _imports(data: DataSource, made: list[Cell], more: Sequence[str]) -> tuple[str, ...]:
    """Return the import lines, sorted by name: Python's own first, then the others."""
    text = "\n".join(cell.code for cell in made)
    wanted = {
        "from types import SimpleNamespace": "SimpleNamespace(",
        "import math": "math.",
        "import torch": "torch.",
        "import torch.nn.functional as F": "F.",
        "from torch import nn": "nn.",
        "from torch.optim import lr_scheduler": "lr_scheduler.",
    }
    lines = {*data.imports, *more, *(line for line, use in wanted.items() if use in text)}
    if data.reads_files:
        lines |= {"import os", "from pathlib import Path"}
    return tuple(sorted(lines, key=_import_order))


STANDARD = (
    "argparse",
    "collections",
    "csv",
    "gzip",
    "io",
    "math",
    "os",
    "pathlib",
    "pickle",
    "re",
    "types",
    "typing",
)


def _import_order(line: str) -> tuple[bool, bool, str]:
    module = line.split()[1]
    return module.partition(".")[0] not in STANDARD, line.startswith("from"), module.lower()
