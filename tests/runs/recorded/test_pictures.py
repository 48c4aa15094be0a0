import pytest
import torch
from torch import nn

from nnlab.runs.recorded.pictures import PictureForm, picture_form
from nnlab.runs.recorded.record import Record


def record(inputs: tuple[int, ...], outputs: tuple[int, ...] = (10,)) -> Record:
    return Record(module="Mine", parameters=1, inputs=inputs, outputs=outputs, schema=1)


@pytest.mark.parametrize(
    ("inputs", "shape"),
    [
        ((1, 28, 28), (1, 28, 28)),
        ((3, 32, 32), (3, 32, 32)),
        ((28, 28), (1, 28, 28)),
        ((784,), (1, 28, 28)),
    ],
)
def test_pictures_come_in_the_forms_that_people_write(
    inputs: tuple[int, ...], shape: tuple[int, ...]
) -> None:
    form = picture_form(record(inputs), torch.rand(3, *inputs))
    assert form is not None
    assert form.shape == shape
    assert not form.is_scaled


def test_other_inputs_are_no_pictures() -> None:
    assert picture_form(record((2,)), None) is None
    assert picture_form(record((5, 28, 28)), None) is None
    assert picture_form(record((784,), (2,)), None) is None, "784 numbers of anything"


@pytest.mark.parametrize(("low", "high"), [(-0.4242, 2.8215), (0, 255), (-1, 1)])
def test_numbers_beyond_0_and_1_are_brought_there_and_back(low: float, high: float) -> None:
    x = torch.tensor([low, high, (low + high) / 2]).repeat(784 // 3 + 1)[:784].reshape(1, 1, 28, 28)
    form = picture_form(record((1, 28, 28)), x)
    assert form is not None
    assert form.is_scaled
    pictures = form.pictures(x)
    assert pictures.min() == 0
    assert pictures.max() == 1
    torch.testing.assert_close(form.through(nn.Identity())(pictures), x)


def test_numbers_that_say_no_range_are_taken_as_they_are() -> None:
    for value in (7.0, float("inf")):
        form = picture_form(record((1, 28, 28)), torch.full((2, 1, 28, 28), value))
        assert form == PictureForm((1, 28, 28), (1, 28, 28))
