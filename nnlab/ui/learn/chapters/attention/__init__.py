"""Chapter 10: attention in the small."""

from nnlab.learn.attention.questions import QUESTIONS
from nnlab.texts import N_
from nnlab.ui.learn.chapter import Chapter, Formula, Tutorial
from nnlab.ui.learn.chapters.attention.page import show_lab

CHAPTER = Chapter(
    id="attention",
    title=N_("Attention in the small"),
    summary=N_(
        "One head learns to copy, reverse and sort short sequences, or to check brackets: queries,"
        " keys, scores, softmax and mix, as they move."
    ),
    text=N_(
        "Every token of a sequence asks a question (its **query**), and compares it with what every"
        " token offers (its **key**). The **softmax** of these scores says how much it takes of"
        " each token's **value**. Press **Train**: the map shows row by row where each token looks,"
        " on a sequence that was never trained on. Choose a row by a click or the arrow keys."
    ),
    show=show_lab,
    formulas=(
        Formula(
            r"Q = X W_Q^\top + b_Q,\quad K,\ V \text{ alike}",
            "q, k, v = query(x), key(x), value(x)",
        ),
        Formula(
            r"A = \operatorname{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}}\right)",
            "weights = (q @ k.mT / d**0.5).softmax(dim=-1)",
        ),
        Formula(r"Y = X + (A V) W_O^\top + b_O", "y = x + out(weights @ v)"),
    ),
    questions=QUESTIONS,
    tutorial=Tutorial(
        N_("Implementing High-Performance Transformers with Scaled Dot Product Attention"),
        "https://docs.pytorch.org/tutorials/intermediate/scaled_dot_product_attention_tutorial.html",
    ),
)
