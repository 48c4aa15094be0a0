"""Two arms wound into each other: the hard one of the plane."""

from nnlab.config import Adam, Experiment, Model, PlaneClasses, Training, mlp
from nnlab.recipes.recipe import Recipe
from nnlab.texts import N_

RECIPE = Recipe(
    id="spiral",
    title=N_("Spiral: two arms wound into each other"),
    notice=N_(
        "For a while nothing seems to happen but a tilted line; then the boundary curls in, arm by"
        " arm, and the loss falls in steps, one for each turn that the hidden units have found."
    ),
    experiment=Experiment(
        data=PlaneClasses(kind="spiral"),
        model=Model(layers=mlp(8, 8, outputs=2, activation="tanh")),
        training=Training(
            optimizer=Adam(kind="adam", lr=0.002, weight_decay=1e-4), batch_size=10, epochs=5000
        ),
    ),
)
