"""One hidden layer on the spiral, at seven widths, each from eight draws of the weights."""

from nnlab.config import Adam, Axis, Experiment, Model, PlaneClasses, Sweep, Training, mlp
from nnlab.recipes.sweeps.sweep_recipe import SweepRecipe
from nnlab.texts import N_

RECIPE = SweepRecipe(
    id="spiral-width",
    title=N_("How wide for the spiral?"),
    question=N_("How wide must a hidden layer be for the spiral?"),
    shows=N_(
        "56 networks learn the same spiral at once: each row one width of the hidden layer, "
        "each column another random start."
    ),
    hint=N_("Notice the wide rows: there the seed decides."),
    notice=N_(
        "Up to six units no network reaches 80 % of the validation points, whatever its seed. "
        "Between eight (65 to 83 %) and twelve (74 to 94 %) the arms come apart. Of those with "
        "32 units the best end near 99 %, the least lucky below 90 %: width makes it possible, "
        "the seed decides."
    ),
    metric="val_accuracy",
    sweep=Sweep(
        experiment=Experiment(
            data=PlaneClasses(kind="spiral"),
            model=Model(layers=mlp(8, outputs=2, activation="tanh")),
            training=Training(optimizer=Adam(kind="adam", lr=0.03), batch_size=10, epochs=200),
        ),
        axes=(
            Axis(path="width", values=(2, 4, 6, 8, 12, 16, 32)),
            Axis(path="model.seed", values="0..7"),
        ),
    ),
)
