"""Two matrices and a ReLU, as one writes them before `nn.Module`: trained without `zero_grad`."""

from nnlab.config import (
    Activation,
    Experiment,
    Flatten,
    Images,
    Linear,
    Model,
    NormalInit,
    Sgd,
    Training,
)
from nnlab.recipes.recipe import Compared, Recipe, level
from nnlab.texts import N_

EPOCHS = 4
"""2,000 batches of 100 are four times 50,000 pictures."""
WEIGHTS = NormalInit(mean=0, std=1)

RECIPE = Recipe(
    id="raw-tensors-sgd",
    title=N_("Raw tensors: SGD by hand, gradients never zeroed"),
    group="published tutorials",
    source="Pytorch基础",
    notice=N_(
        "PyTorch adds each gradient to the ones before, until somebody zeroes them. Watch the"
        " accuracy rise for one epoch, and fall as the sum of all gradients so far takes over."
    ),
    experiment=Experiment(
        data=Images(kind="mnist"),
        model=Model(
            layers=(
                Flatten(),
                Linear(out_features=200, bias=False, init=WEIGHTS),
                Activation(kind="relu"),
                Linear(out_features=10, bias=False, init=WEIGHTS),
            )
        ),
        training=Training(
            optimizer=Sgd(lr=0.001),
            batch_size=100,
            sampling="replacement",
            steps=2000,
            zero_grad=False,
            threads=1,
        ),
    ),
    curves={"val_accuracy": level(0.7, EPOCHS)},
    compared=(
        Compared(
            N_("accuracy"),
            0.7,
            0.5016,
            metric="val_accuracy",
            said=N_("about 70 %"),
            why=N_(
                "A sum of gradients is momentum without friction: the step keeps growing, and from"
                " the second epoch on the weights are carried past every minimum. Other seeds end"
                " at 46 to 50 %."
            ),
        ),
        Compared(
            N_("accuracy, best on the way"),
            N_("not given"),
            0.7667,
            metric="val_accuracy",
            at="best",
            why=N_("After 500 of the 2,000 steps."),
        ),
    ),
    story=N_(
        "**What explains the 70 %?** Two readings fit. Either the accuracy was read early: ours"
        " passes 70 % within the first 500 steps. Or the gradients were zeroed after all: then the"
        " same script gives 67 to 69 %, see the recipe `raw-tensors-sgd-zeroed`. What the text says"
        " (2,000 steps, never zeroed) gives neither."
    ),
    measured=N_(
        "validation accuracy on the last 10,000 of the 60,000, `python -m benchmarks.recipes"
        " raw-tensors-sgd`."
    ),
)
