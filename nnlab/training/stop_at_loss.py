"""The loss at which a person wants a run to stop, so that they can look."""


class StopAtLoss:
    """Met once for each value: a run that goes on from there does not stop there again."""

    def __init__(self) -> None:
        self.met: float | None = None
        """The target that was met last."""
        self.loss: float | None = None
        """The loss that met it, in this session."""

    def see(self, target: float | None, train_loss: float, val_loss: float | None) -> bool:
        """Look at an evaluation. True where the run stops now.

        Args:
            target: `training.stop_at_loss`, as it holds now.
            train_loss: counts where nothing validates.
            val_loss: counts where something does.
        """
        loss = train_loss if val_loss is None else val_loss
        if target is None or loss > target or target == self.met:
            return False
        self.met, self.loss = target, loss
        return True
