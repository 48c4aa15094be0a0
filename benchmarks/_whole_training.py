"""A training from its first step to its last."""

from nnlab.training.fit import Fit


def train_whole(running: Fit) -> None:
    """Train up to the end of the last epoch, or of a budget of steps that ends within one.

    What comes after the last epoch, the look at the test set, is left to who asks.
    """
    for event in running:
        if event.type == "fit_ended":
            break
        if event.type == "epoch_ended" and event.step == running.total_steps:
            break
