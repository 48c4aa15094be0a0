"""Four activations in networks of one to six hidden layers."""

from nnlab.config import Axis, Experiment, Model, PlaneClasses, Sgd, Sweep, Training, mlp
from nnlab.recipes.sweeps.sweep_recipe import SweepRecipe
from nnlab.texts import N_

RECIPE = SweepRecipe(
    id="activation-depth",
    title=N_("Which activation at which depth?"),
    question=N_("Which activation still learns when the network gets deeper?"),
    notice=N_("…"),
    sweep=Sweep(
        experiment=Experiment(
            data=PlaneClasses(kind="moons", noise=0.1),
            model=Model(layers=mlp(6, outputs=2, activation="tanh")),
            training=Training(optimizer=Sgd(lr=0.1), batch_size=10, epochs=100),
        ),
        axes=(
            Axis(path="activation", values=("sigmoid", "tanh", "relu", "leaky_relu")),
            Axis(path="depth", values="1..6"),
            Axis(path="model.seed", values="0..3"),
        ),
    ),
)
