import numpy as np
import pytest
import torch
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.insight import confusion as module
from nnlab.insight.confusion import confusion


def data(n: int = 257, classes: int = 5) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(n, 3, generator=generator)
    return x, torch.randint(classes, (n,), generator=generator)


def test_rows_are_what_an_example_is_and_columns_what_it_is_read_as(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CHUNK", 100)  # the last chunk is a shorter one
    x, y = data()
    model = nn.Linear(3, 5)
    with torch.no_grad():
        predicted = model(x).argmax(dim=1)
    counts = confusion(model, x, y, 5)
    expected = np.zeros((5, 5), np.int64)
    for truth, answer in zip(y.tolist(), predicted.tolist(), strict=True):
        expected[truth, answer] += 1
    assert counts.dtype == np.int64
    np.testing.assert_array_equal(counts, expected)
    assert not np.array_equal(counts, counts.T)  # so that rows and columns are told apart


def test_a_class_that_never_occurs_has_a_row_of_zeros() -> None:
    class Says(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return nn.functional.one_hot(x[:, 0].long(), 4).float()

    said = torch.tensor([[0.0], [3.0], [3.0], [1.0]])
    truth = torch.tensor([0, 1, 1, 3])
    expected = [[1, 0, 0, 0], [0, 0, 0, 2], [0, 0, 0, 0], [0, 1, 0, 0]]
    assert confusion(Says(), said, truth, 4).tolist() == expected


def test_no_examples_give_zeros_of_the_full_size() -> None:
    counts = confusion(nn.Linear(3, 5), torch.empty(0, 3), torch.empty(0, dtype=torch.int64), 5)
    assert counts.tolist() == [[0] * 5] * 5


def test_the_model_is_asked_in_eval_mode_and_left_in_the_modes_that_it_had() -> None:
    x, y = data()
    model = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5).eval(), nn.Dropout(0.9))
    model.train()
    model[1].eval()
    np.testing.assert_array_equal(confusion(model, x, y, 5), confusion(model, x, y, 5))
    assert [part.training for part in model] == [True, False, True]


def test_classes_that_are_none_of_the_networks_are_refused_in_words() -> None:
    x, y = data(classes=5)
    with pytest.raises(NnlabError, match=r"from 0 to 2, got 0 to 4"):
        confusion(nn.Linear(3, 3), x, y, 3)
    with pytest.raises(NnlabError, match=r"gives 5 values .* gives \[3\]"):
        confusion(nn.Linear(3, 3), x, y, 5)
