"""A disc within a ring: the smallest problem that a straight line cannot solve."""

from nnlab.config import Adam, Experiment, Model, PlaneClasses, Training, mlp
from nnlab.recipes.recipe import Recipe
from nnlab.texts import N_

RECIPE = Recipe(
    id="circle",
    title=N_("Circle: a disc within a ring"),
    notice=N_(
        "No straight line parts the two, yet a few hidden units suffice: each draws one line, and"
        " the output joins them to a ring. With fewer than three the ring cannot close."
    ),
    experiment=Experiment(
        data=PlaneClasses(kind="circle"),
        model=Model(layers=mlp(4, outputs=2, activation="tanh")),
        training=Training(optimizer=Adam(kind="adam", lr=0.01), batch_size=10, epochs=1000),
    ),
)
