"""What the tests of the command line share: calling it, and pictures of digits."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from nnlab.cli.main import main


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Each line of stdout as JSON."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def last(self) -> Any:
        """The last line of stdout as JSON."""
        return self.lines[-1]


Ask = Callable[..., Answer]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    def run(*words: str | Path) -> Answer:
        capsys.readouterr()
        status = main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Answer(status, out, err)

    return run


DIGITS = load_digits()


def picture(index: int, *, side: int, dark_on_light: bool) -> Image.Image:
    """A digit of scikit-learn's test part, `side` pixels large, with paper around it."""
    ink = np.pad(DIGITS.images[index] / 16, 4)
    grey = 255 * (1 - ink) if dark_on_light else 255 * ink
    small = Image.fromarray(grey.astype(np.uint8))
    return small.resize((side, side), Image.Resampling.BICUBIC)
