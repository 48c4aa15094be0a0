"""Two half circles that reach into each other, with noise."""

from nnlab.config import Adam, Experiment, Model, PlaneClasses, Training, mlp
from nnlab.recipes.recipe import Recipe
from nnlab.texts import N_

RECIPE = Recipe(
    id="moons",
    title=N_("Moons: two half circles, noisy"),
    notice=N_(
        "The noise mixes the tips. Watch the boundary stay smooth at first, then bend towards"
        " single points while the validation loss rises again: that is overfitting."
    ),
    experiment=Experiment(
        data=PlaneClasses(kind="moons", noise=0.2),
        model=Model(layers=mlp(8, 8, outputs=2, activation="relu")),
        training=Training(optimizer=Adam(kind="adam", lr=0.003), batch_size=10, epochs=1000),
    ),
)
