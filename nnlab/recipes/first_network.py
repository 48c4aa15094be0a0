"""The first network of many a beginner: a plain perceptron, SGD, a loss that falls slowly."""

from nnlab.config import Experiment, Flatten, Images, Model, Sgd, Training, mlp
from nnlab.recipes.recipe import Compared, Recipe
from nnlab.texts import N_

REPORTED = (
    2.2796, 2.2441, 2.1890, 2.0985, 1.9517, 1.7342, 1.4720, 1.2274, 1.0362, 0.8964, 0.7927, 0.7141,
    0.6529, 0.6042, 0.5643, 0.5317, 0.5048, 0.4814, 0.4619, 0.4443, 0.4297, 0.4170, 0.4063, 0.3963,
    0.3873,
)  # fmt: skip
"""The validation loss after each of the 25 epochs, as printed there."""

RECIPE = Recipe(
    id="first-network",
    title=N_("A first network: 784-128-256-10 on MNIST"),
    group="published tutorials",
    source="pytorch神经网络分类",
    date="2020-09-02",
    notice=N_(
        "For four epochs next to nothing seems to happen, then the loss falls off a cliff: with a"
        " rate of 0.001 the first layers have to grow before their gradients do."
    ),
    experiment=Experiment(
        data=Images(kind="mnist"),
        model=Model(layers=(Flatten(), *mlp(128, 256, outputs=10))),
        training=Training(optimizer=Sgd(lr=0.001), batch_size=64, epochs=25, threads=1),
    ),
    curves={"val_loss": tuple(enumerate(REPORTED, start=1))},
    compared=(
        Compared(
            N_("validation loss, epoch 1"),
            2.2796,
            2.2763,
            metric="val_loss",
            at="first",
            why=N_("Other initial weights: with all seeds 1 instead of 0 it is 2.2825."),
        ),
        Compared(
            N_("validation loss, epoch 25"),
            0.3873,
            0.3749,
            metric="val_loss",
            at="last",
            why=N_("The seed, and nothing else: with all seeds 1 it is 0.3874."),
        ),
    ),
    story=N_(
        "**Reproduced.** The curves run the same course within an epoch of each other; with one of"
        " our seeds it ends 0.012 lower than reported, with another at the reported figure. So much"
        " is the draw of the initial weights worth here: compare two seeds before you compare two"
        " methods."
    ),
    measured=N_(
        "the validation loss of the last 10,000 of the 60,000, seeds 0, `python -m"
        " benchmarks.recipes first-network`."
    ),
)
