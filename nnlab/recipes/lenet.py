"""LeNet's two convolutions with what was learned since: 99.3 % of MNIST's test set in minutes."""

from nnlab.config import (
    Activation,
    Adam,
    Augment,
    Conv2d,
    Dropout,
    Experiment,
    Flatten,
    Images,
    Linear,
    Model,
    Normalize,
    OneCycleSchedule,
    Pool2d,
    Training,
)
from nnlab.recipes.recipe import Compared, Recipe, level
from nnlab.texts import N_

GOAL, GOAL_SECONDS = 0.993, 300.0
EPOCHS = 12

RECIPE = Recipe(
    id="lenet",
    title=N_("LeNet, modern: 99.3 % in minutes"),
    group="fast",
    notice=N_(
        "No epoch sees the same picture twice: each is shifted, turned, scaled and bent anew. So"
        " the training accuracy stays below the validation accuracy until the rate comes down."
    ),
    experiment=Experiment(
        data=Images(kind="mnist", test="at_end"),
        model=Model(
            layers=(
                Normalize(mean=0.1307, std=0.3081),
                Conv2d(out_channels=16, kernel_size=5),
                Activation(kind="relu"),
                Pool2d(kind="max_pool2d"),
                Conv2d(out_channels=32, kernel_size=5),
                Activation(kind="relu"),
                Pool2d(kind="max_pool2d"),
                Flatten(),
                Linear(out_features=128),
                Activation(kind="relu"),
                Dropout(p=0.4),
                Linear(out_features=10),
            )
        ),
        training=Training(
            optimizer=Adam(kind="adam", lr=0.003),
            schedule=OneCycleSchedule(),
            batch_size=100,
            epochs=EPOCHS,
            augment=Augment(shift=1, rotate=10, scale=0.1, elastic=0.3),
        ),
    ),
    curves={"val_accuracy": level(GOAL, EPOCHS)},
    compared=(
        Compared(
            N_("test accuracy"),
            GOAL,
            0.9949,
            metric="test_accuracy",
            said=N_("99.3 %, the goal"),
            why=N_(
                "Two convolutions, and pictures that are never the same twice. The recipe mnist-cnn"
                " has half the channels and no augmentation, to compare."
            ),
        ),
        Compared(
            N_("time"),
            GOAL_SECONDS,
            80.0,
            metric="seconds",
            said=N_("under 5 minutes, the goal"),
            why=N_("On two cores. Augmenting takes a whole batch at once, as tensors."),
        ),
    ),
    story=N_(
        "**What makes the difference.** LeNet (LeCun et al., 1998) had 6 and 16 channels, average"
        " pooling and Tanh. Here are 16 and 32 channels, max pooling, ReLU, dropout, and Adam with"
        " one cycle of the rate. Most of it is the augmentation: with each picture shifted, turned,"
        " scaled and bent anew, learning them by heart does not help."
    ),
    measured=N_(
        "50,000 pictures train, 10,000 validate; the test set is looked at once, at the end;"
        " seeds 0, one thread, `python -m benchmarks.recipes lenet`."
    ),
)
