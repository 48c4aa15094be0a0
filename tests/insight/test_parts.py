"""Many examples are asked in parts, and no part is kept."""

import weakref

import pytest
import torch
from torch import Tensor

from nnlab.insight.parts import in_parts


@pytest.mark.parametrize("count", [1, 3, 4, 8, 9])
def test_the_answers_are_those_to_all_at_once(count: int) -> None:
    x = torch.arange(2.0 * count).reshape(count, 2)
    asked: list[int] = []

    def answer(part: Tensor) -> Tensor:
        asked.append(len(part))
        return (part @ part.new_ones(2, 3) > 4).unsqueeze(1)

    assert torch.equal(in_parts(answer, x, 4), (x.sum(1) > 4)[:, None, None].expand(-1, 1, 3))
    assert sum(asked) == count
    assert max(asked) <= 4


def test_no_part_but_the_first_is_kept() -> None:
    given: list[weakref.ref[Tensor]] = []
    alive: list[int] = []

    def answer(part: Tensor) -> Tensor:
        alive.append(sum(ref() is not None for ref in given[1:]))
        result = part + 1
        given.append(weakref.ref(result))
        return result

    in_parts(answer, torch.zeros(40, 2), 4)
    assert len(alive) == 10
    assert max(alive) == 0
