"""The data that scripts make are those that runs learn from, bit for bit."""

from pathlib import Path
from typing import Any

import pytest
import torch

from nnlab.config import Csv, Curve, Images, PlaneClasses, PlaneValues, Points
from nnlab.config.data import Data
from nnlab.data.curves import FORMULAS
from nnlab.data.registry import load
from nnlab.data.tables import keep
from nnlab.data.toy import CLASS_SETS, VALUE_SETS
from nnlab.export.source.data import data_source

MADE: dict[str, Data] = {
    **{
        kind: PlaneClasses.model_validate({"kind": kind, "points": 101, "noise": 0.2, "seed": 9})
        for kind in CLASS_SETS
    },
    **{
        kind: PlaneValues.model_validate({"kind": kind, "points": 99, "noise": 0.1})
        for kind in VALUE_SETS
    },
    **{
        kind: Curve.model_validate({"kind": kind, "noise": 0.3, "low": -3, "train_share": 0.7})
        for kind in FORMULAS
    },
    "noise above": Curve(kind="parabola", noise=0.1, noise_above=0.5, train_share=1),
    "all the pictures": Images(kind="digits", test="validates"),
    "many blobs": PlaneClasses(kind="blobs", classes=5),
    "points with classes": Points(rows=((0, 1.5, 2), (1, 1e-7, 0), (2, -3, 1)), train_share=1),
    "points with numbers": Points(rows=((0, 1.5), (1, 0.1), (2, -3)), task="regression"),
    "a table with classes": Csv(
        text='"x, 1",kind,x2\n1.5,"a ""b""",2e-3\n,c,1\n3,c,-.5\n4,other,1\n0.1,c,7\n',
        inputs=("x, 1", "x2"),
        target="kind",
        classes=("c", 'a "b"'),
        points=3,
        train_share=1,
    ),
    "a table with numbers": Csv(
        text="x,price\n1,1e5\n2,?\n3,3.25e5\n4,2e5\n", inputs=("x",), target="price", points=3
    ),
    "digits": Images(kind="digits", validation=0),
    "some digits": Images(kind="digits", train_size=77, seed=4),
}


def made(data: Data, **scope: Any) -> dict[str, Any]:
    found = data_source(data)
    source = "\n".join([*found.imports, "import torch", found.definition])
    assert "nnlab" not in source
    exec(source, scope)
    return scope


@pytest.mark.parametrize("name", MADE)
def test_data_made_by_a_script_are_the_very_ones(name: str, tmp_path: Path) -> None:
    expected = load(MADE[name], tmp_path).train
    scope = made(MADE[name])
    assert len(expected) > 1
    for ours, theirs in ((expected.x, scope["train_x"]), (expected.y, scope["train_y"])):
        assert ours.dtype == theirs.dtype
        assert ours.stride() == theirs.stride()
        assert torch.equal(ours, theirs)


def test_a_table_kept_as_a_file_is_read_by_the_script(tmp_path: Path) -> None:
    text = "x,kind\n1,a\n2,b\n3,a\n"
    data = Csv(
        sha256=keep(text, tmp_path),
        inputs=("x",),
        target="kind",
        classes=("a", "b"),
        points=3,
        train_share=1,
    )
    assert data_source(data).reads_files
    scope = made(data, DATA=tmp_path)
    assert torch.equal(scope["train_x"], load(data, tmp_path).train.x)
    assert torch.equal(scope["train_y"], load(data, tmp_path).train.y)


@pytest.mark.parametrize(
    "data",
    [Images(kind="mnist"), Images(kind="fashion-mnist", train_size=500, validation=100)],
    ids=lambda data: data.kind,
)
def test_pictures_read_by_a_script_are_the_very_ones(data: Images, datasets_dir: Path) -> None:
    expected = load(data, datasets_dir).train
    scope = made(data, Path=Path, DATA=datasets_dir)
    assert torch.equal(scope["train_x"], expected.x)
    assert torch.equal(scope["train_y"], expected.y)
