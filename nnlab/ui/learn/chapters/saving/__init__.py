"""Saving: the state_dict, a file byte by byte, and why a pickle can run code."""

from nnlab.learn.saving.questions import QUESTIONS
from nnlab.texts import N_
from nnlab.ui.learn.chapter import Chapter, Formula, Tutorial
from nnlab.ui.learn.chapters.saving.page import show

CHAPTER = Chapter(
    id="saving",
    title=N_("Saving"),
    summary=N_("What lies in a file of weights, byte by byte, and what a pickle could do."),
    text=N_(
        "A saved network is a table of named tensors, the `state_dict`. Here is the file of your"
        " network: move through its bytes, and see which of them are a length, a name, a number."
    ),
    show=show,
    formulas=(
        Formula(
            r"N = \sum_{i=0}^{7} b_i \cdot 256^i",
            'int.from_bytes(data[:8], "little")  # bytes of the header',
        ),
        Formula(
            r"\begin{gathered}w = (-1)^s \cdot 2^{e-127} \cdot \left(1 + \frac{m}{2^{23}}\right)\\"
            r"1 \le e \le 254\end{gathered}",
            "torch.frombuffer(data[at : at + 4], dtype=torch.float32)",
        ),
        Formula(
            r"\text{bytes} = 8 + N + \sum_t \mathrm{nbytes}(t)",
            'safetensors.torch.save_file(network.state_dict(), "weights.safetensors")',
        ),
    ),
    questions=QUESTIONS,
    tutorial=Tutorial(
        N_("Save and Load the Model"),
        "https://docs.pytorch.org/tutorials/beginner/basics/saveloadrun_tutorial.html",
    ),
)
