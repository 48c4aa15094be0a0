"""A Lightning module that trains, recorded: `Trainer(callbacks=[NnlabCallback(name="mine")])`."""

from collections.abc import Mapping
from typing import Any

from nnlab.integrations.missing import missing
from nnlab.library.record import Recording, record

try:
    from lightning.pytorch import Callback, LightningModule, Trainer
except ImportError as error:
    raise missing(__name__, "Lightning", "lightning") from error


class NnlabCallback(Callback):
    """Records each fit: what the module logs, at each step, its weights and its end.

    `recording` is that of the newest fit. Where `training_step` calls a part of the module and
    never the module itself (`self(x)`), give `data`, so that the network is known.
    """

    def __init__(self, *, name: str, data: object = None, classes: object = None) -> None:
        """Takes what `nnlab.record` takes."""
        self._given: dict[str, Any] = {"name": name, "data": data, "classes": classes}
        self._seen: dict[str, object] = {}
        self._of_steps: frozenset[str] = frozenset()
        """Names logged in the newest step."""
        self.recording: Recording | None = None

    def on_fit_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Begin; of several processes, in the first alone."""
        self._seen = {}
        self.recording = record(pl_module, **self._given) if trainer.is_global_zero else None

    def on_train_batch_end(
        self,
        trainer: Trainer,
        pl_module: LightningModule,
        outputs: object,
        batch: object,
        batch_idx: int,
    ) -> None:
        """One step, and what was logged since the last."""
        if self.recording is not None:
            new = self._new(trainer.callback_metrics)
            self._of_steps = frozenset(new)
            self.recording.step(**{**new, "epoch": trainer.current_epoch + 1})

    def on_fit_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """The end, with what was logged after the last step."""
        if self.recording is not None:
            new = self._new(trainer.callback_metrics)
            # Those of the last step are there once more.
            last = {name: value for name, value in new.items() if name not in self._of_steps}
            self.recording.log(**last)
            self.recording.close()

    def on_exception(
        self, trainer: Trainer, pl_module: LightningModule, exception: BaseException
    ) -> None:
        """A fit that failed, or that somebody stopped, ends here and now."""
        if self.recording is not None:
            self.recording.close(exception)

    def _new(self, logged: Mapping[str, object]) -> dict[str, object]:
        """Return the newly logged figures: Lightning keeps those of the last validation forever."""
        new = {name: value for name, value in logged.items() if self._seen.get(name) is not value}
        self._seen |= new
        return new
