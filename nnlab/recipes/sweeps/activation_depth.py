"""Four activations in networks of one to six hidden layers."""

from nnlab.config import Axis, Experiment, Model, PlaneClasses, Sgd, Sweep, Training, mlp
from nnlab.recipes.sweeps.sweep_recipe import SweepRecipe
from nnlab.texts import N_

RECIPE = SweepRecipe(
    id="activation-depth",
    title=N_("Which activation at which depth?"),
    question=N_("Which activation still learns when the network gets deeper?"),
    shows=N_(
        "96 networks learn the same circle at once: four activations, one to six hidden "
        "layers, four random starts of each."
    ),
    hint=N_("Notice sigmoid: one colour from two layers on."),
    notice=N_(
        "Sigmoid learns the circle with one hidden layer and with none of the deeper ones: their"
        " loss stays at 0.69, which is ln 2, and their plane at one colour. Tanh fades from four"
        " layers on. ReLU reaches 99 % at nearly every depth, but of its eight networks with five"
        " or six layers three stay at 0.694: in each all four units of one layer are dead."
        " Leaky ReLU frees one of the three."
    ),
    sweep=Sweep(
        experiment=Experiment(
            data=PlaneClasses(kind="circle", noise=0.1),
            model=Model(layers=mlp(4, outputs=2, activation="tanh")),
            training=Training(optimizer=Sgd(lr=0.1), batch_size=10, epochs=60),
        ),
        axes=(
            Axis(path="activation", values=("sigmoid", "tanh", "relu", "leaky_relu")),
            Axis(path="depth", values="1..6"),
            Axis(path="model.seed", values="0..3"),
        ),
    ),
)
