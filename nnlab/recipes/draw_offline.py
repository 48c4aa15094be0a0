"""A reader for the page of drawing that needs no download: scikit-learn's digits and drawn ones."""

from nnlab.config import (
    Activation,
    Adam,
    Augment,
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
    id="draw-offline",
    title=N_("Draw: a reader without a download (digits and drawn strokes)"),
    notice=N_(
        "Nearly all that it learns from the lab has drawn itself, from a few dozen templates bent"
        " at random. It reads real hands all the same; validation is on digits of real people."
    ),
    experiment=Experiment(
        data=Images(kind="digits-strokes"),
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
                Dropout(p=0.2),
                Linear(out_features=64),
                Activation(kind="relu"),
                Linear(out_features=10),
            )
        ),
        training=Training(
            optimizer=Adam(kind="adam", lr=0.005),
            schedule=OneCycleSchedule(),
            batch_size=100,
            epochs=4,
            augment=Augment(shift=1, rotate=5, scale=0.1),
            threads=1,  # the same numbers on a laptop and on a server
        ),
    ),
)
