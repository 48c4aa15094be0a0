"""The callback, against the real Lightning."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from nnlab.data.torchvision_fix import torchvision_datasets

torchvision_datasets()  # which Lightning imports, and which may not load beside this torch

import lightning.pytorch as pl  # noqa: E402

from nnlab.integrations.lightning import NnlabCallback  # noqa: E402
from nnlab.runs.recorded.history import RecordedHistory  # noqa: E402
from nnlab.runs.run import Run  # noqa: E402
from tests.library.record.bench import events, live, points  # noqa: E402

pytestmark = [
    pytest.mark.filterwarnings("ignore:::lightning"),
    pytest.mark.filterwarnings("ignore::lightning.pytorch.utilities.warnings.PossibleUserWarning"),
    pytest.mark.filterwarnings("ignore:.*LeafSpec.*"),
]


class Module(pl.LightningModule):
    def __init__(self, fails_at: int = -1) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 2))
        self.fails_at = fails_at
        self.losses: list[float] = []
        self.validated: list[float] = []

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def training_step(self, batch: tuple[Tensor, Tensor]) -> Tensor:
        if len(self.losses) == self.fails_at:
            raise ArithmeticError("the batch is odd")
        loss = F.cross_entropy(self(batch[0]), batch[1])
        self.losses.append(loss.item())
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: tuple[Tensor, Tensor]) -> None:
        loss = F.cross_entropy(self(batch[0]), batch[1])
        self.validated.append(loss.item())
        self.log("val_loss", loss)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.1)


def fit(module: Module, callback: NnlabCallback, validates: bool = True) -> None:
    rows = TensorDataset(*points())
    trainer = pl.Trainer(
        max_epochs=3,
        callbacks=[callback],
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
    )
    trainer.fit(module, DataLoader(rows, 20), DataLoader(rows, 60) if validates else None)


def recorded(callback: NnlabCallback) -> tuple[Run, RecordedHistory]:
    assert callback.recording is not None
    assert callback.recording.run is not None
    return callback.recording.run, RecordedHistory(events(callback.recording.run))


def test_a_fit_is_recorded_with_what_it_logs_and_its_weights() -> None:
    module = Module()
    callback = NnlabCallback(name="lit", data=points(), classes=["out", "in"])
    fit(module, callback)
    run, history = recorded(callback)
    assert (history.step, history.epoch) == (9, 3)
    assert history.ended is not None
    assert history.ended.reason == "completed"
    assert run.recorded.module == "Module"
    assert run.recorded.classes == ("out", "in")
    assert run.recorded.outputs == (2,)
    assert run.meta.name == "lit"
    final = live(run)
    assert all(torch.equal(final[name], value) for name, value in module.state_dict().items())
    steps, losses = history.curve("train_loss")
    before = 0
    for step, loss in zip(steps.astype(int), losses, strict=True):
        assert loss == pytest.approx(np.mean(module.losses[before:step]), rel=1e-6)
        before = step
    assert before == 9
    _steps, validated = history.curve("val_loss")
    assert min(module.validated) - 1e-6 <= validated[-1] <= max(module.validated) + 1e-6


def test_each_validation_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    callback = NnlabCallback(name="lit")
    said: list[dict[str, object]] = []
    new = callback._new

    def seen(logged: dict[str, object]) -> dict[str, object]:
        said.append(new(logged))
        return said[-1]

    monkeypatch.setattr(callback, "_new", seen)
    module = Module()
    fit(module, callback)
    values = [float(one["val_loss"]) for one in said if isinstance(one.get("val_loss"), Tensor)]  # ty: ignore[invalid-argument-type]
    assert values == pytest.approx(module.validated, rel=1e-6)


def test_a_fit_that_fails_ends_its_recording_there_and_then() -> None:
    callback = NnlabCallback(name="lit")
    with pytest.raises(ArithmeticError, match="the batch is odd"):
        fit(Module(fails_at=4), callback, validates=False)
    run, history = recorded(callback)
    assert history.ended is not None
    assert (history.ended.reason, history.step) == ("failed", 4)
    assert history.ended.error == "ArithmeticError: the batch is odd"
    assert not (run.path / "lock").exists()


def test_a_second_fit_is_a_second_run(runs_dir: Path) -> None:
    callback = NnlabCallback(name="lit")
    fit(Module(), callback, validates=False)
    first = recorded(callback)[0]
    fit(Module(), callback, validates=False)
    assert recorded(callback)[0] != first
    assert len(list(runs_dir.iterdir())) == 2
