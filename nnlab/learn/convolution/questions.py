"""The two questions of the chapter."""

import torch
import torch.nn.functional as F
from torch import nn

from nnlab.learn.question import ChapterQuestion
from nnlab.lessons.lesson import NumberQuestion
from nnlab.texts import N_


def _side_of_the_map() -> float:
    picture = torch.zeros(1, 1, 28, 28)
    return nn.Conv2d(1, 8, kernel_size=5, stride=2, padding=1)(picture).shape[-1]


def _moves_that_pooling_notices() -> float:
    pictures = torch.eye(8)[:, None, None, :].expand(8, 1, 8, 8)  # number i: a line in column i
    pooled = F.max_pool2d(pictures, 2)
    return sum(not torch.equal(pooled[i], pooled[i + 1]) for i in range(7))


QUESTIONS = (
    ChapterQuestion(
        NumberQuestion(
            kind="number",
            text=N_(
                "nn.Conv2d(1, 8, kernel_size=5, stride=2, padding=1) takes a picture of 28×28"
                " pixels. How wide are its maps?"
            ),
            unit=N_("values"),
            low=1,
            high=64,
            tolerance=0,
        ),
        _side_of_the_map,
        N_(
            "(28 + 2·1 − 5) / 2 = 12.5 steps fit, of which 12 are whole, and the place where it"
            " begins is one more: 13. The last column of the padded picture is never looked at, and"
            " nobody says so."
        ),
    ),
    ChapterQuestion(
        NumberQuestion(
            kind="number",
            text=N_(
                "A picture of 8×8 pixels holds one vertical line, one pixel wide. It moves from the"
                " first column to the last, one pixel at a time: seven moves. How many of them"
                " change what MaxPool2d(2) gives?"
            ),
            unit=N_("moves"),
            low=0,
            high=7,
            tolerance=0,
        ),
        _moves_that_pooling_notices,
        N_(
            "Three. Within a window of two columns a move is not noticed; over the edge to the next"
            " window the whole pooled line moves. Pooling forgives small shifts, but not always: it"
            " depends on where the windows begin."
        ),
    ),
)
