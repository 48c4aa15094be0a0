"""Sixty-four networks that differ in their initial weights alone."""

from nnlab.config import Adam, Axis, Experiment, Model, PlaneClasses, Sweep, Training, mlp
from nnlab.recipes.sweeps.sweep_recipe import SweepRecipe
from nnlab.texts import N_

RECIPE = SweepRecipe(
    id="seeds-alone",
    title=N_("Seeds alone"),
    question=N_("How far apart do networks end that differ in nothing but the seed?"),
    shows=N_(
        "64 networks learn the same XOR at once, and differ in nothing but their random start."
    ),
    hint=N_("Notice the few kinds of pictures, some solved, some stuck."),
    notice=N_(
        "Three hidden ReLUs can solve the XOR, and only some do: 28 of the 64 networks end at 98 %"
        " or more, five at 92 %, and 31 stay between 67 and 82 %. They fall into a few kinds of"
        " pictures, each with its own loss: the ways in which three lines can cut the plane."
    ),
    metric="val_accuracy",
    sweep=Sweep(
        experiment=Experiment(
            data=PlaneClasses(kind="xor", noise=0.1),
            model=Model(layers=mlp(3, outputs=2, activation="relu")),
            training=Training(optimizer=Adam(kind="adam", lr=0.01), batch_size=10, epochs=100),
        ),
        axes=(Axis(path="model.seed", values="0..63"),),
    ),
)
