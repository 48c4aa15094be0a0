"""Batch size against learning rate, with plain SGD."""

from nnlab.config import Axis, Experiment, Model, PlaneClasses, Sgd, Sweep, Training, mlp
from nnlab.recipes.sweeps.sweep_recipe import SweepRecipe
from nnlab.texts import N_

RECIPE = SweepRecipe(
    id="batch-rate",
    title=N_("Batch size against rate"),
    question=N_("Does a larger batch want a larger learning rate?"),
    shows=N_(
        "64 networks learn the same circle at once: each row one batch size, each column one "
        "learning rate."
    ),
    hint=N_("Notice the diagonal of the good ones."),
    notice=N_(
        "The good networks lie on a diagonal. The best rate climbs with the batch: about 0.1 "
        "for batches of one, 0.3 of two and four, 1 of 8 and 16, 3 of 64 and 128. Below the "
        "diagonal the steps are too small for 30 epochs; above it the loss jumps, into the tens "
        "in the corner of single points and a rate of 10."
    ),
    sweep=Sweep(
        experiment=Experiment(
            data=PlaneClasses(kind="circle", noise=0.1),
            model=Model(layers=mlp(8, outputs=2, activation="tanh")),
            training=Training(optimizer=Sgd(lr=0.1), batch_size=10, epochs=30),
        ),
        axes=(
            Axis(path="training.batch_size", values=(1, 2, 4, 8, 16, 32, 64, 128)),
            Axis(path="training.optimizer.lr", values="log:0.003..10:8"),
        ),
    ),
)
