"""Four clouds, four classes: what a softmax over more than two outputs does."""

from nnlab.config import Experiment, Model, PlaneClasses, Sgd, Training, mlp
from nnlab.recipes.recipe import Recipe
from nnlab.texts import N_

RECIPE = Recipe(
    id="blobs",
    title=N_("Blobs: four classes in the plane"),
    notice=N_(
        "No hidden layer is needed: softmax regression draws straight borders, and they meet in"
        " the middle. The clouds overlap a little, so no network gets every point right."
    ),
    experiment=Experiment(
        data=PlaneClasses(kind="blobs", classes=4, noise=0.3),
        model=Model(layers=mlp(outputs=4)),
        training=Training(optimizer=Sgd(lr=0.03), batch_size=10, epochs=500),
    ),
)
