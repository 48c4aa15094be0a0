"""Changes of a network while it trains: hyperparameters, penalties, and single weights."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from nnlab.config import Experiment, Training
from nnlab.config.live_fields import LIVE_FIELDS, OPTIMIZER, WEIGHTS, apply_changes, is_live
from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.training.optimizers import Schedules, set_hyperparameter


class LiveSettings:
    """The training part of an experiment as it holds now, `changed` by path since the start."""

    def __init__(
        self,
        experiment: Experiment,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        schedules: Schedules,
    ) -> None:
        self.changed: dict[str, Any] = {}
        self._experiment, self._model = experiment, model
        self._optimizer, self._schedules = optimizer, schedules
        self.training: Training = experiment.training

    def set(self, path: str, value: Any) -> str | None:
        """Give the field at a dotted path a new value from the next step on.

        `training.optimizer.lr`, `training.l1`, `weights.0.weight.3.1` (parameter, then indices).
        Returns why it was refused, None where it was not; nothing changed then.
        """
        try:
            if not is_live(path):
                others = [field for field in LIVE_FIELDS if not field.startswith(OPTIMIZER)]
                return _(
                    "{path} cannot be changed while a run trains. These can:"
                    " {optimizer}lr and its other numbers, {others}, {weights}…",
                    path=path,
                    optimizer=OPTIMIZER,
                    others=", ".join(others),
                    weights=WEIGHTS,
                )
            if path.startswith(WEIGHTS):
                self._set_weight(path.removeprefix(WEIGHTS), value)
            else:
                self._set_field(path, value)
                self.changed[path] = value
        except NnlabError as error:
            return str(error)
        return None

    def restore(self, changed: dict[str, Any]) -> None:
        """Take over what was changed in an earlier session.

        The optimizer's own state holds its part already.
        """
        self._experiment = apply_changes(self._experiment, changed)
        self.changed = dict(changed)
        self.training = self._experiment.training

    def _set_field(self, path: str, value: Any) -> None:
        self._experiment = self._experiment.with_set(path, value)
        self.training = self._experiment.training
        if not path.startswith(OPTIMIZER):
            return
        name = path.removeprefix(OPTIMIZER).split(".")[0]  # betas.0 is a part of betas
        if name == "lr":
            self._schedules.set_lr(self.training.optimizer.lr)
        else:
            set_hyperparameter(self._optimizer, name, getattr(self.training.optimizer, name))

    def _set_weight(self, address: str, value: Any) -> None:
        parameters = dict(self._model.named_parameters())
        name, indices = weight_at(parameters, address, value)
        with torch.no_grad():
            parameters[name][indices] = float(value)


def weight_at(
    parameters: Mapping[str, Tensor], address: str, value: object
) -> tuple[str, tuple[int, ...]]:
    """The parameter and the indices of a single weight, `0.weight.3.1`, which is to have a value.

    Raises:
        NnlabError: there is no such weight, or the value is none that a weight may have.
    """
    name = next((name for name in parameters if address.startswith(f"{name}.")), None)
    if name is None:
        raise NnlabError(
            _(
                "{address} names no weight. Parameters: {parameters}.",
                address=address,
                parameters=", ".join(parameters),
            )
        )
    parameter = parameters[name]
    indices = address.removeprefix(f"{name}.").split(".")
    if len(indices) != parameter.dim() or not all(
        index.isdecimal() and int(index) < size
        for index, size in zip(indices, parameter.shape, strict=False)
    ):
        shape = "×".join(str(size) for size in parameter.shape)
        raise NnlabError(
            _(
                "{address}: {name} is {shape}, give one index for each dimension.",
                address=address,
                name=name,
                shape=shape,
            )
        )
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not abs(value) <= torch.finfo(parameter.dtype).max:
        raise NnlabError(
            _(
                "{address}: a weight is a finite number, got {received!r}.",
                address=address,
                received=str(value)[:40],
            )
        )
    return name, tuple(int(index) for index in indices)
