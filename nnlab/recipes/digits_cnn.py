"""scikit-learn's own handwritten digits, read by a small convolutional network."""

from nnlab.config import (
    Activation,
    Adam,
    Conv2d,
    Dropout,
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
    id="digits-cnn",
    title=N_("Digits with a convolutional network (embedded data)"),
    notice=N_(
        "Fewer weights than the perceptron, and better on hands that it has not seen: a stroke is"
        " looked for everywhere in the picture with the same kernel."
    ),
    experiment=Experiment(
        data=Images(kind="digits"),
        model=Model(
            layers=(
                Normalize(mean=0.13, std=0.31),
                Conv2d(out_channels=8, kernel_size=5),
                Activation(kind="relu"),
                Pool2d(kind="max_pool2d"),
                Conv2d(out_channels=16, kernel_size=5),
                Activation(kind="relu"),
                Pool2d(kind="max_pool2d"),
                Flatten(),
                Dropout(p=0.4),
                Linear(out_features=64),
                Activation(kind="relu"),
                Dropout(p=0.4),
                Linear(out_features=10),
            )
        ),
        training=Training(
            optimizer=Adam(kind="adam", lr=0.005),
            schedule=OneCycleSchedule(),
            batch_size=50,
            epochs=20,
            evaluate_every=1,
            threads=1,  # the same numbers on a laptop and on a server
        ),
    ),
)
