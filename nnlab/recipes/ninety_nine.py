"""99 % of MNIST's test pictures as soon as two cores can."""

from nnlab.config import (
    Activation,
    Adam,
    BatchNorm,
    Conv2d,
    Experiment,
    Flatten,
    Images,
    Linear,
    Model,
    Normalize,
    OneCycleSchedule,
    Training,
)
from nnlab.recipes.recipe import Recipe
from nnlab.texts import N_

GOAL, GOAL_SECONDS = 0.99, 10.0
EPOCHS = 4

RECIPE = Recipe(
    id="ninety-nine",
    title=N_("Ninety-nine: 99 % of MNIST in seconds"),
    group="fast",
    notice=N_(
        "Each convolution takes every second place, so that there is little to compute, and batch"
        " norm lets the rate climb high. The accuracy of the last epoch comes as the rate goes"
        " down to nothing."
    ),
    experiment=Experiment(
        data=Images(kind="mnist", validation=0, test="at_end"),
        model=Model(
            layers=(
                Normalize(mean=0.1307, std=0.3081),
                Conv2d(out_channels=16, kernel_size=5, stride=2),
                BatchNorm(),
                Activation(kind="relu"),
                Conv2d(out_channels=32, kernel_size=3, stride=2),
                BatchNorm(),
                Activation(kind="relu"),
                Flatten(),
                Linear(out_features=64),
                BatchNorm(),
                Activation(kind="relu"),
                Linear(out_features=10),
            )
        ),
        training=Training(
            optimizer=Adam(kind="adam", lr=0.01),
            schedule=OneCycleSchedule(),
            batch_size=256,
            epochs=EPOCHS,
            evaluate_every=EPOCHS,
            threads=2,
            channels_last=True,
        ),
    ),
)
