"""Real digits, as a pen wrote them."""

from pathlib import Path

import pytest

from benchmarks import _pen_strokes as pen_strokes
from benchmarks._pen_strokes import PenDigit
from nnlab.errors import DataUnavailableError
from tests.conftest import DATA_FROM_OUTSIDE, REPOSITORY, cannot_run


@pytest.fixture(scope="session")
def pen_digits() -> list[PenDigit]:
    """Every tenth of the 7,494."""
    places = [Path(DATA_FROM_OUTSIDE)] if DATA_FROM_OUTSIDE else []
    places.append(REPOSITORY.parent / "shared" / "datasets")
    try:
        return pen_strokes.read(pen_strokes.find(*places))[::10]
    except DataUnavailableError as error:
        cannot_run(str(error))
