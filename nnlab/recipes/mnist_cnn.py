"""MNIST with a small convolutional network: fewer weights than the perceptron, fewer mistakes."""

from nnlab.config import (
    Activation,
    Adam,
    Conv2d,
    Experiment,
    Flatten,
    Images,
    Linear,
    Model,
    Normalize,
    OneCycleSchedule,
    Pool2d,
    Training,
)
from nnlab.recipes.recipe import Recipe
from nnlab.texts import N_

RECIPE = Recipe(
    id="mnist-cnn",
    title=N_("MNIST with a small convolutional network"),
    notice=N_(
        "An eighth of the perceptron's weights and fewer mistakes: a kernel that has"
        " found a stroke finds it anywhere. Look at the first layer's kernels while it trains."
    ),
    experiment=Experiment(
        data=Images(kind="mnist"),
        model=Model(
            layers=(
                Normalize(mean=0.1307, std=0.3081),
                Conv2d(out_channels=8, kernel_size=5),
                Activation(kind="relu"),
                Pool2d(kind="max_pool2d"),
                Conv2d(out_channels=16, kernel_size=5),
                Activation(kind="relu"),
                Pool2d(kind="max_pool2d"),
                Flatten(),
                Linear(out_features=64),
                Activation(kind="relu"),
                Linear(out_features=10),
            )
        ),
        training=Training(
            optimizer=Adam(kind="adam", lr=0.005),
            schedule=OneCycleSchedule(),
            batch_size=100,
            epochs=5,
        ),
    ),
)
