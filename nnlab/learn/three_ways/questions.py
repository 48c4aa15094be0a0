"""The two questions of the chapter."""

import torch
import torch.nn.functional as F
from torch import nn

from nnlab.learn.question import ChapterQuestion
from nnlab.lessons.lesson import ChoiceQuestion, NumberQuestion
from nnlab.texts import N_


def _layers_in_a_list() -> float:
    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = [nn.Linear(2, 8), nn.Linear(8, 2)]

    return sum(parameter.numel() for parameter in Network().parameters())


def _dropout_after_eval() -> float:
    class Network(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return F.dropout(x, 0.5)

    network, x = Network().eval(), torch.ones(1, 1000)
    return 1 if torch.equal(network(x), network(x)) else 2


QUESTIONS = (
    ChapterQuestion(
        NumberQuestion(
            kind="number",
            text=N_(
                "A Module keeps nn.Linear(2, 8) and nn.Linear(8, 2) in a plain Python list,"
                " self.layers = […]. How many weights and biases does parameters() find?"
            ),
            low=0,
            high=1000,
            tolerance=0,
        ),
        _layers_in_a_list,
        N_(
            "None. A `Module` notices parameters and modules that are set as attributes of its own;"
            " it does not look into a list. `torch.optim.SGD` refuses an empty list of parameters;"
            " but beside other layers that are found, these stay as they are, and nobody says so."
            " `nn.ModuleList([…])` is a list that is looked into: 42 numbers."
        ),
    ),
    ChapterQuestion(
        ChoiceQuestion(
            kind="choice",
            text=N_(
                "The forward of a Module calls F.dropout(x, 0.5). After network.eval() the same x"
                " goes through it twice. The two outputs are …"
            ),
            choices=(N_("the same"), N_("different")),
        ),
        _dropout_after_eval,
        N_(
            "`eval()` switches modules, and a function is not one: `F.dropout` keeps dropping"
            " unless it gets `training=self.training`. `nn.Dropout(0.5)` as an attribute"
            " is switched by itself."
        ),
    ),
)
