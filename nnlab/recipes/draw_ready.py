"""A reader for the page of drawing: MNIST, and the forms of digits that MNIST does not hold."""

from nnlab.config import (
    Activation,
    Adam,
    Augment,
    BatchNorm,
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
from nnlab.recipes import draw_stages
from nnlab.recipes.recipe import Recipe
from nnlab.texts import N_

RECIPE = Recipe(
    id="draw-ready",
    title=N_("Draw: a reader of real hands (MNIST and drawn digits)"),
    notice=N_(
        "A network reads well what looks like its training data. MNIST alone fails on a 1 with a"
        " flag and on a 7 with a dash; with drawn digits besides it reads them."
    ),
    experiment=Experiment(
        data=Images(kind="mnist-hands"),
        model=Model(
            layers=(
                Normalize(mean=0.1307, std=0.3081),
                Conv2d(out_channels=20, kernel_size=5, bias=False),
                Pool2d(kind="max_pool2d"),
                BatchNorm(),
                Activation(kind="relu"),
                Conv2d(out_channels=40, bias=False),
                BatchNorm(),
                Activation(kind="relu"),
                Conv2d(out_channels=56, bias=False),
                Pool2d(kind="max_pool2d"),
                BatchNorm(),
                Activation(kind="relu"),
                Conv2d(out_channels=64, padding=1, bias=False),
                BatchNorm(),
                Activation(kind="relu"),
                Flatten(),
                Dropout(p=0.15),
                Linear(out_features=10),
            )
        ),
        training=Training(
            optimizer=Adam(kind="adam", lr=0.005),
            schedule=OneCycleSchedule(),
            batch_size=128,
            epochs=8,
            augment=Augment(shift=1, rotate=8, scale=0.1, shear=8, stroke=0.5, elastic=0.35),
            threads=1,  # the same numbers on a laptop and on a server
        ),
    ),
    # Shown by `draw_stages.story`, in the reader's language.
    story=draw_stages.STORY.format(**draw_stages.BY_NAME),
    measured=N_(
        "2,498 digits of UCI's *Pen-Based Recognition of Handwritten Digits*, replayed anywhere on"
        " a sheet of 280×280 pixels, 120 to 220 large, with pens of 8, 18 and 28; ± is one standard"
        " error over writers. The first three networks learned from MNIST for 5 epochs, the fourth"
        " and the fifth for 8. `python -m benchmarks.drawn RUN --sealed`. The writers are of the"
        " collection whose others were looked at while forms were chosen: elsewhere expect less."
        " The fourth read 97.8% of 14 writers and 95.8% of 143 pictures of other origin."
    ),
)
