"""Training on kept drawings, alone and beside another set."""

from pathlib import Path

import numpy as np
import pytest
import torch

from nnlab.config import Images
from nnlab.config.experiment import Experiment
from nnlab.data import handwriting_dataset, images
from nnlab.data.handwriting import drawings, freeze, keep, read_frozen
from nnlab.data.samples import samples
from nnlab.errors import InvalidExperimentError, NnlabError
from nnlab.recipes import get


@pytest.fixture
def frozen(data_dir: Path) -> str:
    """Thirty drawings: squares whose grey says their label."""
    for number in range(30):
        picture = np.zeros((28, 28), np.float32)
        picture[8:20, 8:20] = (number % 10 + 1) / 10
        keep(picture, number % 10, data_dir)
    return freeze(drawings(data_dir), data_dir)


def test_alone_four_fifths_train_and_the_rest_validates(frozen: str, data_dir: Path) -> None:
    data = Images(kind="handwriting", drawings=frozen)
    splits = images.load(data, data_dir)
    assert images.sizes(data) == (len(splits.train), len(splits.val), 0) == (24, 6, 0)
    assert splits.test is None
    pictures, _ = read_frozen(frozen, data_dir)
    together = torch.cat([splits.train.x, splits.val.x]).numpy()
    assert sorted(map(bytes, together)) == sorted(
        map(bytes, (pictures.astype(np.float32) / 255)[:, None])
    )
    for part in (splits.train, splits.val):
        greys = part.x.amax(dim=(1, 2, 3)).mul(10).sub(1)
        assert torch.allclose(greys, part.y.float(), atol=0.03)  # picture and label stay together
    assert torch.equal(images.load_validation(data, data_dir).x, splits.val.x)


def test_beside_digits_all_drawings_are_repeated_and_the_digits_validate(
    frozen: str, data_dir: Path
) -> None:
    data = Images(kind="handwriting", drawings=frozen, beside="digits")
    splits = images.load(data, data_dir)
    times = round(handwriting_dataset.REPEATED / 30)
    assert len(splits.train) == 30 * times + 1_200 == images.sizes(data)[0]
    first = splits.train.x[0]
    assert int((splits.train.x == first).all(dim=(1, 2, 3)).sum()) >= times
    digits = images.load_validation(Images(kind="digits"), data_dir)
    assert torch.equal(splits.val.x, digits.x)
    assert torch.equal(images.load_validation(data, data_dir).y, digits.y)


def test_another_seed_chooses_others_to_validate(frozen: str, data_dir: Path) -> None:
    one, other = (
        images.load(Images(kind="handwriting", drawings=frozen, seed=seed), data_dir)
        for seed in (0, 1)
    )
    assert not torch.equal(one.val.x, other.val.x)


def test_too_few_drawings_are_a_message(data_dir: Path) -> None:
    keep(np.ones((28, 28), np.float32), 3, data_dir)
    data = Images(kind="handwriting", drawings=freeze(drawings(data_dir), data_dir))
    with pytest.raises(NnlabError, match="10 have to be left to train on"):
        images.sizes(data)


def test_samples_show_what_was_drawn(frozen: str, data_dir: Path) -> None:
    shown = samples(Images(kind="handwriting", drawings=frozen), data_dir)
    assert shown.shown.shape == (20, 1, 28, 28)
    assert np.allclose(
        shown.shown.max(axis=(1, 2, 3)) * 10 - 1, [*range(10), *range(10)], atol=0.03
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "handwriting"}, "needs drawings"),
        ({"kind": "handwriting", "drawings": "../etc"}, "drawings"),
        ({"kind": "mnist", "drawings": "20-0123456789abcdef"}, "belong to 'handwriting'"),
        (
            {"kind": "handwriting", "drawings": "20-0123456789abcdef", "beside": "handwriting"},
            "another data set",
        ),
        (
            {"kind": "handwriting", "drawings": "20-0123456789abcdef", "train_size": 20},
            "neither a train_size",
        ),
    ],
)
def test_what_does_not_belong_together_is_a_message(changes: dict[str, object], says: str) -> None:
    given = get("digits-mlp").experiment.model_dump(mode="json")
    given["data"] = changes
    with pytest.raises(InvalidExperimentError, match=says):
        Experiment.from_dict(given)
