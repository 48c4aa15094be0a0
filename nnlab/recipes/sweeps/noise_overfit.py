"""A network that is too large for few points, at six amounts of noise."""

from nnlab.config import Adam, Axis, Experiment, Model, PlaneClasses, Sweep, Training, mlp
from nnlab.recipes.sweeps.sweep_recipe import SweepRecipe
from nnlab.texts import N_

RECIPE = SweepRecipe(
    id="noise-overfit",
    title=N_("Noise and overfitting"),
    question=N_("When does a network begin to learn the noise by heart?"),
    shows=N_(
        "48 networks learn two moons of 50 points at once: each row one amount of noise, each "
        "column another draw of the points."
    ),
    hint=N_("Notice the rows of much noise: learnt by heart, and wrong."),
    notice=N_(
        "The training loss ends at 0.12 or less at every amount of noise: 50 points are learnt by"
        " heart. The validation loss does not follow: its median over the eight data sets climbs"
        " from 0.000 without noise to 0.55 at 0.2 and 3.4 at 0.5. Choose the best of the run in"
        " place of the last value: at 0.3 it was 0.38 on the way, and ends at 1.7."
    ),
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
