"""Data as people have it, read within bounds, without touching their random numbers."""

import random
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
import torch
from torch.utils.data import (
    DataLoader,
    Dataset,
    IterableDataset,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
)

from nnlab.errors import NnlabError
from nnlab.library.record import rows
from nnlab.library.record.given import MOST_BYTES, MOST_ROWS, read_given
from tests.library.record.bench import all_random_states

X = torch.arange(20, dtype=torch.float32).reshape(10, 2)
Y = torch.arange(10)


class Noisy(Dataset[tuple[torch.Tensor, int]]):
    """Draws from all generators, as augmentation does."""

    def __len__(self) -> int:
        return 10

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        random.random()
        np.random.random()  # noqa: NPY002
        return X[index] + 0 * torch.rand(2), index


class Stream(IterableDataset[torch.Tensor]):
    def __iter__(self) -> Iterator[torch.Tensor]:
        raise AssertionError("it can only be gone through once")


@pytest.mark.parametrize(
    "data",
    [
        *((X, Y), [X, Y], (X.numpy(), Y.numpy()), (X.tolist(), Y.tolist())),
        (pd.DataFrame(X.numpy()), pd.Series(Y.numpy())),
        *(TensorDataset(X, Y), Noisy(), Subset(TensorDataset(X, Y), range(10))),
        *(DataLoader(Noisy(), batch_size=3, shuffle=True), DataLoader(Noisy(), num_workers=2)),
    ],
    ids=lambda data: type(data).__name__,
)
def test_every_form_gives_the_same_rows_and_draws_nothing(data: object) -> None:
    before = all_random_states()
    given = read_given(data)
    order = np.argsort(given.x[:, 0])
    assert np.array_equal(given.x[order], X.numpy())
    assert given.y is not None
    assert np.array_equal(given.y[order], Y.numpy())
    assert given.rows == 10
    assert before == all_random_states()


@pytest.mark.parametrize(
    "data", [X, (X,), (X, None), X.numpy(), TensorDataset(X)], ids=lambda data: type(data).__name__
)
def test_inputs_alone_have_no_targets(data: object) -> None:
    given = read_given(data)
    assert given.y is None
    assert given.x.shape == (10, 2)


def test_a_generator_of_the_loaders_own_is_not_used() -> None:
    generator = torch.Generator().manual_seed(4)
    loader = DataLoader(TensorDataset(X, Y), batch_size=5, shuffle=True, generator=generator)
    read_given(loader)
    assert torch.equal(generator.get_state(), torch.Generator().manual_seed(4).get_state())


def test_a_sampler_of_some_rows_gives_those_alone() -> None:
    loader = DataLoader(TensorDataset(X, Y), sampler=SubsetRandomSampler([1, 3, 5]))
    given = read_given(loader)
    assert given.y is not None
    assert sorted(given.y.tolist()) == [1, 3, 5]
    assert given.rows == 3


def test_of_many_rows_a_choice_is_kept_that_is_always_the_same() -> None:
    x = torch.arange(30_000.0)[:, None]
    first, again = read_given((x, x[:, 0])), read_given((x, x[:, 0]))
    assert (first.x.shape, first.rows) == ((MOST_ROWS, 1), 30_000)
    assert first.y is not None
    assert np.array_equal(first.x[:, 0], first.y)
    assert np.array_equal(first.x, again.x)
    assert len(np.unique(first.x)) == MOST_ROWS
    assert 14_000 < first.x.mean() < 16_000  # spread over all of them


def test_of_large_rows_as_many_are_kept_as_bytes_allow() -> None:
    x = torch.zeros(40, 1, 500, 1000)  # 2 MB each
    assert len(read_given(x).x) == MOST_BYTES // 2_000_000
    with pytest.raises(NnlabError, match=r"at most 16,000,000 bytes, got 20,000,000"):
        read_given(torch.zeros(2, 5_000_000))


def test_a_slow_dataset_is_read_for_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_SECONDS", 0)
    given = read_given(TensorDataset(X, Y))
    assert (len(given.x), given.rows) == (1, 10)


@pytest.mark.parametrize(
    "data",
    [
        *(Stream(), DataLoader(Stream()), DataLoader(TensorDataset(X, Y), batch_size=None)),
        *(TensorDataset(X[:0]), TensorDataset(X, Y, Y), {"x": X}, None, torch.zeros(())),
        (np.array(["a", "b"]), None),
    ],
    ids=lambda data: type(data).__name__,
)
def test_what_cannot_be_read_is_said_with_the_mend(data: object) -> None:
    with pytest.raises(NnlabError, match=r"give "):
        read_given(data)


def test_an_error_of_a_dataset_is_said_with_the_mend() -> None:
    class Broken(Noisy):
        def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
            raise KeyError("no file")

    with pytest.raises(NnlabError, match=r"Broken cannot be read .*no file.*give data=\(x, y\)"):
        read_given(Broken())
