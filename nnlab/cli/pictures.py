"""`python -m nnlab pictures`: a zip of a person's own pictures, made a data set."""

from pathlib import Path

from nnlab.data.pictures.reading import Wish
from nnlab.library.asked.pictures import experiment_on


def pictures(path: Path, wish: Wish, *, leave_out: bool) -> int:
    """Keep the pictures, and print an experiment on them as JSON. 0.

    Raises:
        NnlabError: as `experiment_on`.
    """
    print(experiment_on(path, wish, leave_out=leave_out).to_json(indent=2), flush=True)
    return 0
