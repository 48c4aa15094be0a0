"""A skorch network that trains, recorded: `NeuralNetClassifier(…, callbacks=[Record("mine")])`."""

import functools
from collections.abc import Callable
from numbers import Real
from typing import Any

from nnlab.integrations.missing import missing
from nnlab.library.record import Recording, record

try:
    from skorch import NeuralNet
    from skorch.callbacks import Callback
except ImportError as error:
    raise missing(__name__, "skorch", "skorch") from error


class Record(Callback):
    """Records each fit: the loss of each batch, the figures of each epoch, weights and the end.

    `recording_` is that of the newest fit.
    """

    def __init__(self, name: str, data: object = None, classes: object = None) -> None:
        """Takes what `nnlab.record` takes."""
        self.name, self.data, self.classes = name, data, classes
        self.recording_: Recording | None = None

    def on_train_begin(
        self,
        net: NeuralNet,
        X: object = None,  # noqa: N803 - skorch's own name
        y: object = None,
        **_others: Any,
    ) -> None:
        """Begin."""
        self.recording_ = record(net.module_, name=self.name, data=self.data, classes=self.classes)
        # skorch tells nobody of an error: its loop is called through what sees it.
        own = vars(net).get("fit_loop")
        net.fit_loop = functools.partial(_watched, net, self.recording_, own)

    def on_batch_end(
        self, net: NeuralNet, batch: object = None, training: bool = False, **step: Any
    ) -> None:
        """One step."""
        if training and self.recording_ is not None:
            self.recording_.step(epoch=len(net.history), train_loss=step["loss"])

    def on_epoch_end(
        self,
        net: NeuralNet,
        dataset_train: object = None,
        dataset_valid: object = None,
        **_others: Any,
    ) -> None:
        """Record skorch's figures of the epoch."""
        if self.recording_ is not None:
            measured = net.history[-1].items()
            self.recording_.log(
                **{
                    name: value
                    for name, value in measured
                    if isinstance(value, Real) and name not in KNOWN and not name.endswith("_best")
                }
            )

    def on_train_end(
        self,
        net: NeuralNet,
        X: object = None,  # noqa: N803
        y: object = None,
        **_others: Any,
    ) -> None:
        """The end."""
        if self.recording_ is not None:
            self.recording_.close()


KNOWN = frozenset({"epoch", "train_loss", "train_batch_count", "valid_batch_count"})
"""Figures of an epoch that are known from its steps, or are no metric."""


def _watched(
    net: NeuralNet,
    recording: Recording,
    own: Callable[..., Any] | None,
    *arguments: Any,
    **named: Any,
) -> Any:
    """Call the network's loop, which is put back before, and close the recording where it fails.

    `own` is the network's own attribute of that name, where it had one beside its class's.
    """
    del net.fit_loop
    if own is not None:
        net.fit_loop = own
    try:
        return net.fit_loop(*arguments, **named)
    except BaseException as error:
        recording.close(error)
        raise
