"""A network goes on with kept drawings: from the very weights, and it forgets little."""

from pathlib import Path

import numpy as np
import pytest
import torch

from nnlab.config import Images
from nnlab.data import images
from nnlab.data.handwriting import drawings, freeze, keep
from nnlab.errors import NnlabError
from nnlab.export.fine_tune import fine_tune
from nnlab.insight.predictions import predictions
from nnlab.recipes import get
from nnlab.runs.network import load_network
from nnlab.runs.store import Store
from nnlab.runs.workers.worker import train
from nnlab.training.events import FitEnded

QUICK = get("digits-mlp").experiment.with_set("training.epochs", 8)


def keep_mirrored_sevens(data_dir: Path, number: int = 24) -> str:
    """Real sevens of the embedded digits, mirrored: a hand that the network has not seen."""
    splits = images.load(Images(kind="digits"), data_dir)
    chosen = splits.train.x[splits.train.y == 7][:number, 0].numpy()
    for picture in chosen:
        keep(np.ascontiguousarray(picture[:, ::-1]), 7, data_dir)
    return freeze(drawings(data_dir), data_dir)


def test_it_learns_the_hand_from_the_weights_it_had_and_keeps_what_it_knew(
    runs_dir: Path, data_dir: Path
) -> None:
    store = Store(runs_dir)
    parent = store.create(QUICK, name="parent")
    *_, ended = train(parent, data_dir=data_dir)
    name = keep_mirrored_sevens(data_dir)
    child = fine_tune(store, parent, name, 24)
    assert child.meta.tuned_from == parent.id
    before, after = load_network(parent)[0], load_network(child)[0]
    for one, other in zip(before.state_dict().values(), after.state_dict().values(), strict=True):
        assert torch.equal(one, other)
    *_, tuned = train(child, data_dir=data_dir)
    hand = images.load(Images(kind="handwriting", drawings=name), data_dir).train
    shares = []
    for run in (parent, child):
        found = predictions(load_network(run)[0], hand.x, hand.y)
        shares.append((found.truths == found.answers).mean())
    assert shares[0] < 0.5
    assert shares[1] > 0.9
    assert isinstance(ended, FitEnded)
    assert isinstance(tuned, FitEnded)
    assert (tuned.val_accuracy or 0) > (ended.val_accuracy or 1) - 0.05


def test_too_few_drawings_and_clothes_are_refused(runs_dir: Path) -> None:
    store = Store(runs_dir)
    run = store.create(QUICK, name="a run")
    with pytest.raises(NnlabError, match="draw 1 more"):
        fine_tune(store, run, "19-0123456789abcdef", 19)
    clothes = store.create(QUICK.with_set("data.kind", "fashion-mnist"), name="clothes")
    with pytest.raises(NnlabError, match="choose a model that reads digits"):
        fine_tune(store, clothes, "20-0123456789abcdef", 20)
