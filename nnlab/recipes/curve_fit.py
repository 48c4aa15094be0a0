"""Ten hidden units bend to a parabola: the smallest regression worth watching."""

from nnlab.config import Curve, Experiment, Model, Sgd, Training, mlp
from nnlab.recipes.recipe import Compared, Recipe
from nnlab.texts import N_

RECIPE = Recipe(
    id="curve-fit",
    title=N_("Curve fitting: y = x² and noise, 1-10-1"),
    group="published tutorials",
    source="pytorch 简易神经网络",
    date="2019-07-13",
    notice=N_(
        "Each ReLU is one bend. Count them in the fitted curve: a hidden unit whose bend lies"
        " outside the points, or that never fires, does not help."
    ),
    experiment=Experiment(
        data=Curve(kind="quadratic", points=100, low=-1, high=1, noise_above=0.2, train_share=1),
        model=Model(layers=mlp(10, outputs=1)),
        training=Training(
            loss="mse", optimizer=Sgd(lr=0.2), batch_size="all", steps=100, evaluate_every=5
        ),
    ),
    compared=(
        Compared(
            N_("the fitted curve"),
            N_("it settles on the points within 100 steps"),
            N_("it does"),
        ),
        Compared(
            N_("training loss"),
            N_("written on the plot, not in the text"),
            0.0091,
            metric="train_loss",
            why=N_(
                "The noise alone, U(0, 0.2), has a variance of 0.2² / 12 = 0.0033. A hundred steps"
                " leave the bends a little off; other initial weights end between 0.008 and 0.036."
            ),
        ),
    ),
    measured=N_("seeds 0, `python -m benchmarks.recipes curve-fit`."),
)
