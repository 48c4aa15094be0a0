"""One network at eight learning rates, each from eight draws of the initial weights."""

from nnlab.config import Adam, Axis, Experiment, Model, PlaneClasses, Sweep, Training, mlp
from nnlab.recipes.sweeps.sweep_recipe import SweepRecipe
from nnlab.texts import N_

RECIPE = SweepRecipe(
    id="rate-or-seed",
    title=N_("Rate or seed?"),
    question=N_("Does this learning rate work, or did the seed?"),
    notice=N_("…"),
    sweep=Sweep(
        experiment=Experiment(
            data=PlaneClasses(kind="spiral"),
            model=Model(layers=mlp(8, 8, outputs=2, activation="tanh")),
            training=Training(optimizer=Adam(kind="adam", lr=0.01), batch_size=10, epochs=120),
        ),
        axes=(
            Axis(path="training.optimizer.lr", values="log:0.001..1:8"),
            Axis(path="model.seed", values="0..7"),
        ),
    ),
)
