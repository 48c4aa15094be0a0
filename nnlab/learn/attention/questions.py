"""The two questions of the chapter, each with the lines of PyTorch that answer it."""

import torch
from torch import nn

from nnlab.learn.question import ChapterQuestion
from nnlab.lessons.lesson import ChoiceQuestion, NumberQuestion
from nnlab.texts import N_


def twins() -> float:
    """Whether both tokens 1 come out alike, without positions: 1 alike, 2 not."""
    torch.manual_seed(0)
    embedding = nn.Embedding(10, 32)
    attention = nn.MultiheadAttention(32, num_heads=1, batch_first=True)
    x = embedding(torch.tensor([[3, 1, 4, 1]]))
    out, _weights = attention(x, x, x)
    return 1 if torch.equal(out[0, 1], out[0, 3]) else 2


def seen_places() -> float:
    """Count the places of a reversed sequence of 8 whose token a causal layer may look at."""
    may_look = torch.ones(8, 8).tril()  # row: the token that asks; column: the one that it sees
    must_look = torch.eye(8).flip(1)  # the first place needs the last token, and so on
    return (may_look * must_look).sum().item()


QUESTIONS = (
    ChapterQuestion(
        ChoiceQuestion(
            kind="choice",
            text=N_(
                "An embedding and one attention layer read 3 1 4 1, without positions. What comes"
                " out of the attention layer at the two places of the 1?"
            ),
            choices=(N_("exactly the same vector"), N_("two different vectors")),
        ),
        twins,
        N_(
            "The same. A query, a key and a value are made of the token alone, and the mix is a sum"
            " over all tokens: nothing in it says who stands where. Switch *positions* off under"
            " *Network and data*: the network still learns to copy, but neither to reverse nor to"
            " sort."
        ),
    ),
    ChapterQuestion(
        NumberQuestion(
            kind="number",
            text=N_(
                "A network with one causal attention layer (each token sees itself and those"
                " before it) has to reverse sequences of 8 tokens. At how many of the 8 places may"
                " it see the token that it needs?"
            ),
            low=0,
            high=8,
            tolerance=0,
        ),
        seen_places,
        N_(
            "Place 1 needs token 8, which it must not see; place 5 is the first whose token stands"
            " before it. At the first four places the network can only guess, however long it"
            " trains. For brackets the mask helps: each token then counts those before it."
        ),
    ),
)
