"""Stop a run once its loss is as low as `training.stop_at_loss` asks."""


class StopAtLoss:
    """Tells when the limit is reached, once for each limit: a resumed run does not stop again."""

    def __init__(self) -> None:
        self.reached: float | None = None
        """The limit that was reached last, in this session or an earlier one."""
        self.loss: float | None = None
        """The loss that reached it; None before that happens in this session."""

    def is_reached(self, limit: float | None, train_loss: float, val_loss: float | None) -> bool:
        """Return whether the run stops at this evaluation, and remember it if so.

        Args:
            limit: the present value of `training.stop_at_loss`.
            train_loss: compared with the limit where there is no validation set.
            val_loss: compared with the limit; None without a validation set.
        """
        loss = train_loss if val_loss is None else val_loss
        if limit is None or loss > limit or limit == self.reached:
            return False
        self.reached, self.loss = limit, loss
        return True
