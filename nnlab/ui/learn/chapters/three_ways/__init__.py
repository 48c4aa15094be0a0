"""Three ways to write a network: raw tensors, `Module`, `Sequential`."""

from nnlab.learn.three_ways.questions import QUESTIONS
from nnlab.texts import N_
from nnlab.ui.learn.chapter import Chapter, Formula, Tutorial
from nnlab.ui.learn.chapters.three_ways.page import show

CHAPTER = Chapter(
    id="three-ways",
    title=N_("Three ways to write a network"),
    summary=N_("Raw tensors, Module, Sequential: the same weights and the same numbers."),
    text=N_(
        "PyTorch lets you write a network as operations on tensors, as a class, or as a list of"
        " layers. They differ in who keeps the weights, and in nothing else: take an example"
        " through your network one layer at a time, and compare every bit."
    ),
    show=show,
    formulas=(
        Formula(r"y = x W^\mathsf{T} + b", "F.linear(x, weight, bias)  # nn.Linear calls this"),
        Formula(r"\mathrm{ReLU}(x) = \max(0, x)", "F.relu(x)  # nn.ReLU() calls this"),
        Formula(
            r"w \leftarrow w - \eta\, \frac{\partial L}{\partial w}",
            "w -= lr * w.grad  # under torch.no_grad()\noptim.SGD(model.parameters(), lr).step()",
        ),
    ),
    questions=QUESTIONS,
    tutorial=Tutorial(
        N_("What is torch.nn really?"),
        "https://docs.pytorch.org/tutorials/beginner/nn_tutorial.html",
    ),
)
