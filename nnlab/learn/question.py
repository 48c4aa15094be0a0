"""A question that a chapter ends with: predicted first, then answered by PyTorch itself."""

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from nnlab.lessons.lesson import Answer, ChoiceQuestion, NumberQuestion


@dataclass(frozen=True)
class ChapterQuestion:
    """A question, the code that computes its answer, and the explanation."""

    question: ChoiceQuestion | NumberQuestion
    answer: Callable[[], float]
    """Returns what happens: the number, or of a choice its number, from 1.

    It runs when the prediction is committed, within a second, and always gives the same. A person
    reads its source: a few lines that name nothing but `torch`, `nn`, `F` and `math`.
    """
    explanation: str
    """Marked by `N_`, as the texts of the question are."""

    @property
    def source(self) -> str:
        """The lines that compute the answer, as a person reads them."""
        return textwrap.dedent(inspect.getsource(self.answer)).strip()

    def is_right(self, said: Answer, happened: float) -> bool:
        """Whether a prediction is what happened; of a number within the question's tolerance."""
        assert not isinstance(said, tuple), "no chapter asks for a place"
        if isinstance(self.question, ChoiceQuestion):
            return said == happened
        return abs(said - happened) <= self.question.tolerance
