"""The Experiment: all that reproduces a run, as one frozen, validated value."""

import json
from collections.abc import Iterable
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from nnlab.config.base import Config
from nnlab.config.data import Data, Images, Seed, Sequences, Task, task_of
from nnlab.config.document import Document
from nnlab.config.layers import (
    Activation,
    BatchNorm,
    Dropout,
    Embedding,
    Features,
    Flatten,
    Layer,
    Linear,
    LogSoftmax,
    Normalize,
)
from nnlab.config.received import MAX_NAME
from nnlab.config.training import Training
from nnlab.errors import InvalidExperimentError, one_of, shortened, shown
from nnlab.texts import _

STACKABLE = (Features, Normalize, Flatten, Linear, Activation, Dropout, BatchNorm, LogSoftmax)
"""The layers that the engine `stack` knows."""


class Model(Config):
    """A network: its layers in order, and the seed of its initial weights."""

    layers: tuple[Layer, ...] = Field(min_length=1, max_length=64)
    seed: Seed = 0


class Experiment(Document):
    """Data, model and training. Each has a seed of its own: changing one leaves the others."""

    schema_version: Literal[1] = 1
    data: Data
    model: Model
    training: Training
    engine: Literal["module", "stack"] = "module"
    """The engine that computes a step. `module`: PyTorch's layers and optimizers. `stack`: the
    engine of sweeps with a single network; its last bits differ from those of `module`."""

    @property
    def task(self) -> Task:
        """`classification` (a class) or `regression` (a number)."""
        return task_of(self.data)

    @model_validator(mode="after")
    def _loss_fits(self) -> Self:
        loss, task = self.training.loss, self.task
        if (loss == "mse") != (task == "regression"):
            fit = "mse" if task == "regression" else _("cross_entropy or nll")
            raise ValueError(
                _(
                    "the data ask for {task}, whose loss is {fit}, got loss={loss!r}",
                    task=task,
                    fit=fit,
                    loss=loss,
                )
            )
        ends_in_log_softmax = isinstance(self.model.layers[-1], LogSoftmax)
        if (loss == "nll") != ends_in_log_softmax:
            raise ValueError(
                _(
                    "the loss nll and a last layer log_softmax go together (cross_entropy has the"
                    " log_softmax inside): got loss={loss!r} after '{kind}'",
                    loss=loss,
                    kind=self.model.layers[-1].kind,
                )
            )
        return self

    @model_validator(mode="after")
    def _embedding_fits(self) -> Self:
        """Tokens are numbers of rows, not quantities: an embedding takes them, and nothing else."""
        first, *others = self.model.layers
        if any(isinstance(layer, Embedding) for layer in others):
            raise ValueError(
                _(
                    "embedding takes the tokens of sequences, so it is the first layer alone: leave"
                    " the other one out"
                )
            )
        if not isinstance(self.data, Sequences):
            if isinstance(first, Embedding):
                raise ValueError(
                    _(
                        "embedding takes the tokens of sequences, and the data are '{kind}': leave"
                        " it out, or take 'sequences'",
                        kind=self.data.kind,
                    )
                )
        elif not isinstance(first, Embedding):
            raise ValueError(
                _(
                    "sequences need embedding as the first layer, got '{kind}': put an embedding"
                    " with num_embeddings={symbols} before it",
                    kind=first.kind,
                    symbols=self.data.symbols,
                )
            )
        elif first.num_embeddings < self.data.symbols:
            raise ValueError(
                _(
                    "the data have {symbols} symbols, and embedding has rows for {rows}: set its"
                    " num_embeddings to {symbols}",
                    symbols=self.data.symbols,
                    rows=first.num_embeddings,
                )
            )
        return self

    @model_validator(mode="after")
    def _augment_fits(self) -> Self:
        if self.training.augment is not None and not isinstance(self.data, Images):
            raise ValueError(
                _(
                    "training.augment moves and bends pictures, and the data are"
                    " '{kind}': leave it out, or take pictures",
                    kind=self.data.kind,
                )
            )
        return self

    @model_validator(mode="after")
    def _engine_fits(self) -> Self:
        if self.engine == "module":
            return self
        if isinstance(self.data, Images):
            raise ValueError(
                _("the engine stack is for points and tables: pictures have the engine module")
            )
        if isinstance(self.data, Sequences):
            raise ValueError(
                _(
                    "the engine stack, which trains the networks of a sweep, is for points and"
                    " tables: sequences have the engine module, one run for each network"
                )
            )
        unknown = next((one for one in self.model.layers if not isinstance(one, STACKABLE)), None)
        if unknown is not None:
            raise ValueError(
                _(
                    "the engine stack, which trains the networks of a sweep, knows no layer"
                    " '{kind}': leave it out, or train each network alone with the engine module",
                    kind=unknown.kind,
                )
            )
        return self

    def to_json(self, indent: int | None = None) -> str:
        """The experiment as JSON, defaults left out."""
        return json.dumps(self.model_dump(mode="json", exclude_defaults=True), indent=indent)

    def with_set(self, path: str, value: object) -> Self:
        """A copy in which the field at a dotted path has another value.

        `with_set("training.optimizer.lr", 0.1)`; a list takes an index: `model.layers.0.bias`.

        Raises:
            InvalidExperimentError: no such path, or a value that is not valid there.
        """
        return self.with_all([(path, value)])

    def with_all(self, changes: Iterable[tuple[str, object]]) -> Self:
        """A copy with each change made in its order, as `with_set` makes one.

        What goes together (the loss `nll` and a last layer `log_softmax`) need not be valid one by
        one: it counts what all of them make.

        Raises:
            InvalidExperimentError: as `with_set`.
        """
        found, error = self, None
        written = found.model_dump(mode="json", exclude_defaults=True)
        complete = found.model_dump(mode="json")
        for path, value in changes:
            try:
                _put(written, complete, path, value)
            except InvalidExperimentError as unknown:
                raise error or unknown from None  # the path may lead into what is not valid
            try:
                found, error = self.from_dict(written), None
            except InvalidExperimentError as invalid:
                error = invalid
            else:
                written = found.model_dump(mode="json", exclude_defaults=True)
                complete = found.model_dump(mode="json")
        if error is not None:
            raise error
        return found


def _put(written: Any, complete: Any, path: str, value: object) -> None:
    """Set a field in what is written of an experiment, and in it with all its defaults."""
    if len(path) > MAX_NAME:
        raise InvalidExperimentError(
            _(
                "'{path}' is no field of an experiment: the longest path has less than {most}"
                " characters, as training.optimizer.lr.",
                path=shortened(path),
                most=MAX_NAME,
            )
        )
    *parents, last = path.split(".")
    for name in parents:
        complete = _child(complete, name, path)
        if isinstance(written, dict) and name not in written:
            written[name] = _default(complete)
        written = _child(written, name, path)
    _child(complete, last, path)
    for place in (written, complete):
        place[int(last) if isinstance(place, list) else last] = value


def _default(complete: Any) -> Any:
    """Return the value of a part that was omitted because it is the default.

    No more than its kind: another kind can then be set without naming what it does not know.
    """
    if not isinstance(complete, dict):
        return complete
    return {name: value for name, value in complete.items() if name == "kind"}


def _child(place: object, name: str, path: str) -> Any:
    """The value under a name, or at an index of a list."""
    if isinstance(place, dict) and name in place:
        return place[name]
    if isinstance(place, list) and name.isdecimal() and int(name) < len(place):
        return place[int(name)]
    if isinstance(place, dict):
        raise InvalidExperimentError(f"{path}: {one_of(_('name'), name, place)}")
    found = (
        _("a list of {count}", count=len(place))
        if isinstance(place, list)
        else _("the value {place}", place=shown(place))
    )
    raise InvalidExperimentError(
        _(
            "{path}: '{name}' does not exist, the path ends at {found}.",
            path=path,
            name=name,
            found=found,
        )
    )
