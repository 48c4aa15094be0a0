"""A fitted curve, saved in two ways, and asked for what it never saw."""

from nnlab.config import Curve, Experiment, Model, Sgd, Training, mlp
from nnlab.recipes.recipe import Compared, Recipe
from nnlab.texts import N_

RECIPE = Recipe(
    id="save-and-restore",
    title=N_("Save and restore: y = x² + 3x - 2, 1-10-1, Tanh"),
    group="published tutorials",
    source="pytorch 简易神经网络",
    date="2019-07-13",
    notice=N_(
        "When it has ended, open it in Runs, Save and restore: the whole network and its"
        " parameters alone give the same curve, and both are wrong for x in [2, 2.5], where"
        " nobody showed them a point."
    ),
    experiment=Experiment(
        data=Curve(kind="parabola", points=200, low=-2, high=2, noise_above=0.5, train_share=1),
        model=Model(layers=mlp(10, outputs=1, activation="tanh")),
        training=Training(loss="mse", optimizer=Sgd(lr=0.05), batch_size="all", steps=50_000),
    ),
    compared=(
        Compared(
            N_("the curve from the whole saved network, and from its parameters alone"),
            N_("the same"),
            N_("the same, to the last bit"),
        ),
        Compared(
            N_("training loss"),
            N_("not given"),
            0.0199,
            metric="train_loss",
            why=N_(
                "Below the variance of the noise, 0.5² / 12 = 0.0208: the network has begun to"
                " learn the noise of these 200 points."
            ),
        ),
        Compared(
            N_("the curve for x in [2, 2.5]"),
            N_("wrong"),
            N_("9.88 at x = 2.5, where the formula and its mean noise give 12.0"),
            why=N_(
                "Each Tanh flattens out beyond the data, so the curve bends away from a parabola"
                " that goes on rising."
            ),
        ),
    ),
    measured=N_("seeds 0, `python -m benchmarks.recipes save-and-restore`."),
)
