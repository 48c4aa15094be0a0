"""A network that is too large for few points, at six amounts of noise."""

from nnlab.config import Adam, Axis, Experiment, Model, PlaneClasses, Sweep, Training, mlp
from nnlab.recipes.sweeps.sweep_recipe import SweepRecipe
from nnlab.texts import N_

RECIPE = SweepRecipe(
    id="noise-overfit",
    title=N_("Noise and overfitting"),
    question=N_("When does a network begin to learn the noise by heart?"),
    notice=N_("…"),
    sweep=Sweep(
        experiment=Experiment(
            data=PlaneClasses(kind="moons", points=100),
            model=Model(layers=mlp(16, 16, outputs=2, activation="relu")),
            training=Training(optimizer=Adam(kind="adam", lr=0.01), batch_size=10, epochs=400),
        ),
        axes=(
            Axis(path="data.noise", values="lin:0..0.5:6"),
            Axis(path="data.seed", values="0..7"),
        ),
    ),
)
