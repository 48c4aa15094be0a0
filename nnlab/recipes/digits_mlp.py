"""scikit-learn's own handwritten digits, read by a small perceptron: needs no internet."""

from nnlab.config import (
    Adam,
    Dropout,
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
    id="digits-mlp",
    title=N_("Digits with a perceptron (embedded data)"),
    notice=N_(
        "Ready in seconds, from 1,200 pictures only. Draw digits for it: it reads its own 300"
        " validation pictures far better than your hand, since it has seen few ways of writing."
    ),
    experiment=Experiment(
        data=Images(kind="digits"),
        model=Model(
            layers=(
                Normalize(mean=0.13, std=0.31),
                Flatten(),
                Dropout(p=0.4),  # of pixels: so few pictures must not be learned by heart
                *mlp(200, 60, outputs=10, dropout=0.3),
            )
        ),
        training=Training(
            optimizer=Adam(kind="adam", lr=0.003),
            schedule=OneCycleSchedule(),
            batch_size=50,
            epochs=40,
            evaluate_every=1,
            threads=1,  # the same numbers on a laptop and on a server
        ),
    ),
)
