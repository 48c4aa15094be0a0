"""A convolutional network for MNIST, searched by its rate, its kernels and its batch size."""

from nnlab.config import Axis, Sweep
from nnlab.config.sweep import Search
from nnlab.recipes import mnist_cnn
from nnlab.recipes.sweeps.sweep_recipe import SweepRecipe
from nnlab.texts import N_

RECIPE = SweepRecipe(
    id="search-cnn",
    title=N_("A search for a small CNN"),
    question=N_("Which rate, how many kernels, which batch size for 5,000 digits of MNIST?"),
    shows=N_(
        "Twenty networks learn 5,000 digits, and what comes next is chosen by what came out before."
    ),
    hint=N_("Notice that poor rates are given up early."),
    notice=N_(
        "Eleven of the twenty trials are given up before their end, all with rates up to 0.002 or"
        " from 0.017 on. The others, from 0.0021 to 0.0085, get 96.5 to 98 %, with two kernels in"
        " the first layer (97 %) as with sixteen. The first five trials run to their end whatever"
        " they come to, since the median needs something to compare with."
    ),
    metric="val_accuracy",
    sweep=Sweep(
        experiment=mnist_cnn.RECIPE.experiment.with_set("data.train_size", 5000)
        .with_set("training.epochs", 4)
        .with_set("training.evaluate_every", 1),
        axes=(
            Axis(path="training.optimizer.lr", values="log:0.0003..0.1:6"),
            Axis(path="model.layers.1.out_channels", values="2..16"),
            Axis(path="training.batch_size", values=(20, 50, 100, 200)),
        ),
        search=Search(method="tpe", pruning="median", trials=20),
    ),
)
