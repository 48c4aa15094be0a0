"""What a browser sends: taken where it is whole, else refused in words."""

import base64

import pytest
import torch

from nnlab.errors import NnlabError
from nnlab.learn.convolution.drawing import first_drawing, from_base64, to_base64
from nnlab.learn.convolution.kernels import PRESETS, kernel_of, preset


def test_a_digit_is_there_from_the_start() -> None:
    drawing = first_drawing()
    assert drawing.shape == (28, 28)
    assert drawing.dtype == torch.float32
    assert drawing.min() == 0
    assert drawing.max() == 1
    assert 0.05 < (drawing > 0.5).float().mean() < 0.25, "some strokes on an empty sheet"


def test_a_drawing_comes_back_as_it_went() -> None:
    assert torch.equal(from_base64(to_base64(first_drawing())), first_drawing())


@pytest.mark.parametrize(
    "sent",
    [None, 7, "", "no base64!", "AAAA", base64.b64encode(bytes(785)).decode(), "A" * 10**7, "é"],
)
def test_what_is_no_drawing_is_refused_with_a_mend(sent: object) -> None:
    with pytest.raises(NnlabError, match="28×28 bytes") as refused:
        from_base64(sent)
    assert "draw it anew" in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_a_kernel_that_a_person_could_have_typed(name: str) -> None:
    kernel = preset(name)
    assert torch.equal(kernel_of(kernel.flatten().tolist()), kernel)


def test_a_kernel_is_read_row_by_row() -> None:
    kernel = kernel_of([1, 2, 3, 4, 5, 6, 7, 8, -9.5])
    assert kernel[0].tolist() == [1, 2, 3]
    assert kernel[2].tolist() == [7, 8, -9.5]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (None, "list of numbers"),
        ("123456789", "list of numbers"),
        ([1.0] * 8, "got 8"),
        ([1.0] * 16, "got 16"),
        ([1.0] * 10**6, "got 1,000,000"),
        ([1.0] * 8 + ["2"], "got '2'"),
        ([1.0] * 8 + [True], "got True"),
        ([1.0] * 8 + [float("nan")], "got nan"),
        ([1.0] * 8 + [float("inf")], "got inf"),
        ([1.0] * 8 + [100.1], "got 100.1"),
    ],
)
def test_what_is_no_kernel_is_refused(sent: object, said: str) -> None:
    with pytest.raises(NnlabError, match=said):
        kernel_of(sent)
