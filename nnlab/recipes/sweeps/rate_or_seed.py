"""One network at eight learning rates, each from eight draws of the initial weights."""

from nnlab.config import Adam, Axis, Experiment, Model, PlaneClasses, Sweep, Training, mlp
from nnlab.recipes.sweeps.sweep_recipe import SweepRecipe
from nnlab.texts import N_

RECIPE = SweepRecipe(
    id="rate-or-seed",
    title=N_("Rate or seed?"),
    question=N_("Does this learning rate work, or did the seed?"),
    shows=N_(
        "64 networks learn the same spiral at once: each row one learning rate, each column "
        "another random start."
    ),
    hint=N_("Notice the row of 0.01931: there the seed decides."),
    notice=N_(
        "Along the row of 0.01931 the same network ends anywhere from about 76 to 98 % of the "
        "validation points, by the seed of its weights alone: a single run would praise this "
        "rate or condemn it. From 0.05179 up no seed reaches 85 %: there it is the rate."
    ),
    metric="val_accuracy",
    sweep=Sweep(
        experiment=Experiment(
            data=PlaneClasses(kind="spiral"),
            model=Model(layers=mlp(8, 8, outputs=2, activation="tanh")),
            training=Training(optimizer=Adam(kind="adam", lr=0.01), batch_size=10, epochs=400),
        ),
        axes=(
            Axis(path="training.optimizer.lr", values="log:0.001..1:8"),
            Axis(path="model.seed", values="0..7"),
        ),
    ),
)
