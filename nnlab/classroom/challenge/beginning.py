"""A student's first experiment in a challenge: its data, and a network that may be handed in.

It is a beginning, not an answer: small, with the usual numbers.
"""

from nnlab.classroom.challenge.challenge import Challenge, Limits
from nnlab.config import (
    Adam,
    Experiment,
    Flatten,
    Images,
    Layer,
    Model,
    Training,
    mlp,
)
from nnlab.data.description import describe
from nnlab.models.shapes import trace

WIDTHS: tuple[tuple[int, ...], ...] = ((8, 8), (8,), (4,), (2,), ())
"""Widths of the hidden layers for points, the largest network first."""
WIDTHS_OF_PICTURES: tuple[tuple[int, ...], ...] = ((64,), (32,), (16,), ())
EPOCHS, EPOCHS_OF_PICTURES = 1_000, 10
"""Epochs if the challenge has no limit of its own."""


def first_experiment(challenge: Challenge) -> Experiment:
    """The experiment that *Open the challenge* shows.

    Its network is the largest of a few that stays within the limit of parameters; where even the
    smallest has more, that one.
    """
    data, limits = challenge.data, challenge.limits
    is_images = isinstance(data, Images)
    return Experiment(
        data=data,
        model=Model(layers=_layers(challenge)),
        training=Training(
            loss="cross_entropy" if challenge.task == "classification" else "mse",
            optimizer=Adam(kind="adam", lr=0.003),
            batch_size=50 if is_images else 10,
            epochs=_epochs(limits, EPOCHS_OF_PICTURES if is_images else EPOCHS),
            steps=limits.steps,
        ),
    )


def _layers(challenge: Challenge) -> tuple[Layer, ...]:
    info = describe(challenge.data)
    is_images = isinstance(challenge.data, Images)
    layers: tuple[Layer, ...] = ()
    for widths in WIDTHS_OF_PICTURES if is_images else WIDTHS:
        hidden = mlp(*widths, outputs=info.outputs, activation="relu" if is_images else "tanh")
        layers = (Flatten(), *hidden) if is_images else hidden
        parameters = sum(row.parameters for row in trace(layers, info.input_shape))
        if parameters <= challenge.limits.parameters:
            break
    return layers


def _epochs(limits: Limits, usual: int) -> int | None:
    if limits.epochs is not None:
        return limits.epochs
    return usual if limits.steps is None else None
