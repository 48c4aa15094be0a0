"""MNIST with a perceptron of two hidden layers: the classic, in seconds."""

from nnlab.config import (
    Adam,
    Experiment,
    Flatten,
    Images,
    Model,
    Normalize,
    OneCycleSchedule,
    Training,
    mlp,
)
from nnlab.recipes.recipe import Recipe
from nnlab.texts import N_

RECIPE = Recipe(
    id="mnist-mlp",
    title=N_("MNIST with a perceptron, 784-200-60-10"),
    notice=N_(
        "About 98 % within five passes. Training accuracy ends above validation accuracy: that gap"
        " is what the network has learned by heart."
    ),
    experiment=Experiment(
        data=Images(kind="mnist"),
        model=Model(
            layers=(Normalize(mean=0.1307, std=0.3081), Flatten(), *mlp(200, 60, outputs=10))
        ),
        training=Training(
            optimizer=Adam(kind="adam", lr=0.005),
            schedule=OneCycleSchedule(),
            batch_size=100,
            epochs=5,
        ),
    ),
)
