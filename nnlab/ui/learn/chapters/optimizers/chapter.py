"""The texts of the chapter on optimizers."""

from nnlab.texts import N_
from nnlab.ui.learn.chapter import Chapter, Formula, Tutorial
from nnlab.ui.learn.chapters.optimizers.questions import QUESTIONS
from nnlab.ui.learn.chapters.optimizers.show import show

CHAPTER = Chapter(
    id="optimizers",
    title=N_("Optimizers race"),
    summary=N_(
        "Six optimizers go downhill from where you put them, on a function or on your network's own"
        " loss; find the rate at which each of them runs off."
    ),
    text=N_(
        "All see the same thing, the gradient where they stand, and make different steps of it."
        " **Drag the start**, choose another function, and turn up the rates until somebody runs"
        " off. Every way is PyTorch's own `torch.optim`, one gradient of all of f a step."
    ),
    show=show,
    formulas=(
        Formula(r"\theta \leftarrow \theta - \eta\, g", "torch.optim.SGD(parameters, lr=lr)"),
        Formula(
            r"v \leftarrow \beta v + g \qquad \theta \leftarrow \theta - \eta\, v",
            "torch.optim.SGD(parameters, lr=lr, momentum=0.9)",
        ),
        Formula(
            r"v \leftarrow \beta v + g \qquad \theta \leftarrow \theta - \eta\,(g + \beta v)",
            "torch.optim.SGD(parameters, lr=lr, momentum=0.9, nesterov=True)",
        ),
        Formula(
            r"s \leftarrow \alpha s + (1 - \alpha) g^2 \qquad"
            r" \theta \leftarrow \theta - \eta\, \frac{g}{\sqrt{s} + \epsilon}",
            "torch.optim.RMSprop(parameters, lr=lr, alpha=0.99)",
        ),
        Formula(
            r"\begin{gathered}m \leftarrow \beta_1 m + (1 - \beta_1) g\\"
            r"s \leftarrow \beta_2 s + (1 - \beta_2) g^2\\"
            r"\hat m = \tfrac{m}{1 - \beta_1^t} \qquad \hat s = \tfrac{s}{1 - \beta_2^t}\\"
            r"\theta \leftarrow \theta - \eta\, \frac{\hat m}{\sqrt{\hat s} + \epsilon}"
            r"\end{gathered}",
            "torch.optim.Adam(parameters, lr=lr, betas=(0.9, 0.999))",
        ),
        Formula(
            r"\theta \leftarrow (1 - \eta\lambda)\,\theta"
            r" - \eta\, \frac{\hat m}{\sqrt{\hat s} + \epsilon}",
            "torch.optim.AdamW(parameters, lr=lr, weight_decay=0.01)",
        ),
    ),
    questions=QUESTIONS,
    tutorial=Tutorial(
        N_("Optimizing Model Parameters"),
        "https://docs.pytorch.org/tutorials/beginner/basics/optimization_tutorial.html",
    ),
)
