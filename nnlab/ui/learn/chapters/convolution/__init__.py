"""Convolution and pooling: a kernel dragged over a drawing."""

from nnlab.learn.convolution.questions import QUESTIONS
from nnlab.texts import N_
from nnlab.ui.learn.chapter import Chapter, Formula, Tutorial
from nnlab.ui.learn.chapters.convolution.page import show

CHAPTER = Chapter(
    id="convolution",
    title=N_("Convolution and pooling"),
    summary=N_("One small kernel looks at every place of a drawing of yours."),
    text=N_(
        "A convolution lays a small kernel on the picture, multiplies, adds up, and moves on. Drag"
        " the kernel over the drawing, draw another one, change the numbers of the kernel: each sum"
        " is one value of the feature map."
    ),
    show=show,
    formulas=(
        Formula(
            r"y_{i,j} = \sum_{a=0}^{k-1} \sum_{b=0}^{k-1} w_{a,b}\; x_{is+a-p,\; js+b-p}",
            "F.conv2d(x, w, stride=s, padding=p)",
        ),
        Formula(
            r"m = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1",
            "nn.Conv2d(1, 1, k, stride=s, padding=p)(x).shape[-1]",
        ),
        Formula(
            r"z_{i,j} = \max_{a,b \in \{0,1\}} y_{2i+a,\, 2j+b}",
            "F.max_pool2d(y, 2)  # F.avg_pool2d(y, 2): the mean",
        ),
    ),
    questions=QUESTIONS,
    tutorial=Tutorial(
        N_("Neural Networks"),
        "https://docs.pytorch.org/tutorials/beginner/blitz/neural_networks_tutorial.html",
    ),
)
