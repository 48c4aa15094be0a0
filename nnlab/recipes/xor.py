"""Exclusive or: the problem that one layer of weights cannot solve."""

from nnlab.config import Adam, Experiment, Model, PlaneClasses, Training, mlp
from nnlab.recipes.recipe import Recipe
from nnlab.texts import N_

RECIPE = Recipe(
    id="xor",
    title=N_("XOR: four quadrants, two classes"),
    notice=N_(
        "Opposite quadrants share a class. Take the hidden layer away and no training helps: this"
        " is the example with which Minsky and Papert showed what one layer cannot do."
    ),
    experiment=Experiment(
        data=PlaneClasses(kind="xor"),
        model=Model(layers=mlp(8, outputs=2, activation="tanh")),
        training=Training(optimizer=Adam(kind="adam", lr=0.01), batch_size=10, epochs=1000),
    ),
)
