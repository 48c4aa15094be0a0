"""What the wall is told of a run when it is new."""

from pathlib import Path

import pytest

from nnlab.config import Experiment
from nnlab.recipes import get
from nnlab.runs.store import Store
from nnlab.wire.room.scene import scene_of


@pytest.mark.parametrize(
    ("recipe", "data", "page", "has_plane"),
    [
        ("spiral", {}, "playground", True),
        ("attention-copy", {}, "learn", False),
        ("attention-copy", {"length": 2, "examples": 100}, "learn", False),  # [2], as a point is
    ],
)
def test_a_plane_is_drawn_of_points_alone_and_the_page_is_the_runs(
    recipe: str, data: dict[str, int], page: str, has_plane: bool, tmp_path: Path
) -> None:
    found = get(recipe).experiment.model_dump(mode="json")
    experiment = Experiment.from_dict({**found, "data": found["data"] | data})
    scene = scene_of(Store(tmp_path).create(experiment, name="mine"))
    assert scene["page"] == page
    assert (scene["network"] is not None) == has_plane
