"""Sixty-four networks that differ in their initial weights alone."""

from nnlab.config import Adam, Axis, Experiment, Model, PlaneClasses, Sweep, Training, mlp
from nnlab.recipes.sweeps.sweep_recipe import SweepRecipe
from nnlab.texts import N_

RECIPE = SweepRecipe(
    id="seeds-alone",
    title=N_("Seeds alone"),
    question=N_("How far apart do networks end that differ in nothing but the seed?"),
    notice=N_("…"),
    sweep=Sweep(
        experiment=Experiment(
            data=PlaneClasses(kind="xor", noise=0.1),
            model=Model(layers=mlp(3, outputs=2, activation="relu")),
            training=Training(optimizer=Adam(kind="adam", lr=0.01), batch_size=10, epochs=100),
        ),
        axes=(Axis(path="model.seed", values="0..63"),),
    ),
)
