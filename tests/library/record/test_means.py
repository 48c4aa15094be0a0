"""Figures of steps become means, and a device is not waited for at each step."""

import math
import weakref

import numpy as np
import pytest
import torch
from torch import Tensor

from nnlab.library.record import means as module
from nnlab.library.record.means import Means


def silent(_kind: str, text: str) -> None:
    raise AssertionError(text)


def test_means_are_numpys_also_of_more_numbers_than_are_held_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 16)
    values = np.random.default_rng(0).normal(size=1000) * 10.0 ** np.arange(-5, 5).repeat(100)
    means = Means(silent)
    for value in values:
        means.add({"loss": float(value), "rate": 0.1})
    taken = means.take()
    assert taken["loss"] == pytest.approx(values.mean(), rel=1e-12)
    assert taken["rate"] == pytest.approx(0.1, rel=1e-15)
    assert means.take() == {}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((1.0, math.nan), math.nan),
        ((1.0, math.inf), math.inf),
        ((math.inf, -math.inf), math.nan),
        ((1e308, 1e308, 1e308), 1e308),
        ((-math.inf,), -math.inf),
    ],
)
def test_what_is_not_finite_is_recorded_as_it_adds_up(
    values: tuple[float, ...], expected: float
) -> None:
    means = Means(silent)
    for value in values:
        means.add({"loss": value})
    assert np.array_equal(means.take()["loss"], expected, equal_nan=True)


def test_a_tensor_elsewhere_is_read_when_means_are_taken_as_it_was_when_it_was_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # No accelerator is here: tensors say that they are not on the CPU, and count their reading.
    reads: list[object] = []
    item, to_cpu = Tensor.item, Tensor.cpu
    monkeypatch.setattr(Tensor, "is_cpu", False)
    monkeypatch.setattr(Tensor, "item", lambda value: reads.append(value) or item(value))
    monkeypatch.setattr(Tensor, "cpu", lambda value: reads.append(value) or to_cpu(value))
    means = Means(silent)
    total = torch.zeros(())
    for _ in range(4):
        total += 1
        means.add({"total": total, "whole": torch.tensor([7])})
    assert reads == []
    assert means.take() == {"total": 2.5, "whole": 7}


class Held:
    """What a graph keeps for its way back, in a form that tells whether it is still kept."""

    def __init__(self, value: Tensor) -> None:
        self.value = value


@pytest.mark.parametrize("is_here", [True, False])
def test_the_graph_of_a_loss_is_let_go(is_here: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: weakref.WeakSet[Held] = weakref.WeakSet()

    def pack(value: Tensor) -> Held:
        held = Held(value)
        kept.add(held)
        return held

    if not is_here:
        monkeypatch.setattr(Tensor, "is_cpu", False)
    weight = torch.ones(3, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda held: held.value):
        loss = (weight * torch.full((3,), 2.0)).sum()
    assert len(kept) == 1
    means = Means(silent)
    means.add({"loss": loss})
    del loss
    assert len(kept) == 0
    assert means.take()["loss"] == 6
