"""Two normal clouds and a softmax over two outputs: the smallest classification."""

from nnlab.config import Experiment, Model, PlaneClasses, Sgd, Training, mlp
from nnlab.recipes.recipe import Compared, Recipe
from nnlab.texts import N_

RECIPE = Recipe(
    id="two-clouds",
    title=N_("Two clouds: N(±2, 1), 2-10-2"),
    group="published tutorials",
    source="pytorch 简易神经网络",
    date="2019-07-13",
    notice=N_(
        "A hundred small steps are enough for a line between the clouds. Go on training, and the"
        " line stays while the loss falls further: the network only becomes more confident."
    ),
    experiment=Experiment(
        # The variance of `gauss` is 0.5 + 7 · noise, so this noise makes it 1.
        data=PlaneClasses(kind="gauss", points=200, noise=1 / 14, train_share=1),
        model=Model(layers=mlp(10, outputs=2)),
        training=Training(optimizer=Sgd(lr=0.02), batch_size="all", steps=100, evaluate_every=2),
    ),
    compared=(
        Compared(
            N_("the points, coloured by prediction"),
            N_("both clouds take one colour each"),
            N_("they do"),
        ),
        Compared(
            N_("training accuracy"),
            N_("written on the plot, not in the text"),
            1.0,
            metric="train_accuracy",
            why=N_(
                "The best line possible, x₁ + x₂ = 0, errs on Φ(-2√2) = 0.23 % of such points:"
                " none or one of these 200."
            ),
        ),
    ),
    measured=N_("seeds 0, `python -m benchmarks.recipes two-clouds`."),
)
