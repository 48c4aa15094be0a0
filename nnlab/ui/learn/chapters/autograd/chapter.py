"""The texts of chapter 1."""

from nnlab.learn.autograd.questions import QUESTIONS
from nnlab.texts import N_
from nnlab.ui.learn.chapter import Chapter, Formula, Tutorial
from nnlab.ui.learn.chapters.autograd.show import show

CHAPTER = Chapter(
    id="autograd",
    title=N_("Autograd, one operation at a time"),
    summary=N_("What PyTorch records while it computes, and what backward() does with it."),
    text=N_(
        "While PyTorch computes, it records a **graph**: which operation made each number, and of"
        " what. `backward()` walks that graph in reverse. Each operation knows only its **local"
        " derivative** on each edge; the gradient that comes in is multiplied by it and handed on,"
        " and where several paths meet at one number, what they bring is **added**."
    ),
    show=show,
    formulas=(
        Formula(
            r"\frac{\partial L}{\partial u} = \sum_{v \,:\, u \to v}"
            r" \frac{\partial L}{\partial v} \cdot \frac{\partial v}{\partial u}",
            "L.backward()  # u.grad, if u is a leaf or u.retain_grad() was called",
        ),
        Formula(
            r"\texttt{w.grad} \leftarrow \texttt{w.grad} + \frac{\partial L}{\partial w}",
            "L.backward()           # adds to w.grad\noptimizer.zero_grad()  # sets it to None",
        ),
        Formula(
            r"\bar{u} = J^{\top} \bar{v}, \qquad J_{ij} = \frac{\partial v_i}{\partial u_j}",
            "torch.autograd.grad(v, u, grad_outputs=v_bar)  # J itself is never made",
        ),
    ),
    questions=QUESTIONS,
    tutorial=Tutorial(
        N_("A Gentle Introduction to torch.autograd"),
        "https://docs.pytorch.org/tutorials/beginner/blitz/autograd_tutorial.html",
    ),
)
