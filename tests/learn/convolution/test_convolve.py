"""The map, its places and its sizes, against SciPy and by hand."""

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d

from nnlab.learn.convolution.convolve import (
    feature_map,
    parameters,
    place,
    pooled,
    shift,
    shifted,
    side_of_map,
    two_channels,
)
from nnlab.learn.convolution.drawing import first_drawing
from nnlab.learn.convolution.kernels import PRESETS, preset
from nnlab.learn.convolution.questions import QUESTIONS


def by_scipy(drawing: torch.Tensor, kernel: torch.Tensor, stride: int, padding: int) -> np.ndarray:
    padded = np.pad(drawing.double().numpy(), padding)
    return correlate2d(padded, kernel.double().numpy(), "valid")[::stride, ::stride]


@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("name", PRESETS)
def test_a_map_is_what_scipy_correlates(name: str, stride: int, padding: int) -> None:
    drawing, kernel = first_drawing(), preset(name)
    expected = by_scipy(drawing, kernel, stride, padding)
    found = feature_map(drawing, kernel, stride, padding)
    assert found.shape == expected.shape
    assert len(found) == side_of_map(28, len(kernel), stride, padding)
    np.testing.assert_allclose(found.numpy(), expected, atol=2e-6)


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 2)])
def test_the_products_at_a_place_add_up_to_the_value_of_the_map(stride: int, padding: int) -> None:
    drawing, kernel = first_drawing(), preset("vertical")
    values = feature_map(drawing, kernel, stride, padding)
    for row in range(0, len(values), 3):
        for column in range(len(values)):
            found = place(drawing, kernel, stride, padding, row, column)
            assert found.value == values[row, column].item()
            assert found.products.sum().item() == pytest.approx(found.value, abs=1e-5)
            assert torch.equal(found.products, found.window * kernel)


def test_one_sum_by_hand() -> None:
    drawing = torch.zeros(28, 28)
    drawing[1, 2], drawing[2, 3] = 0.5, 1.0
    kernel = torch.arange(9.0).reshape(3, 3)
    # The window at row 1, column 1 holds them at its places (0, 1) and (1, 2).
    assert place(drawing, kernel, 1, 0, 1, 1).value == 0.5 * 1 + 1.0 * 5
    assert place(drawing, kernel, 1, 1, 0, 0).window[0].tolist() == [0, 0, 0], "the padding"


def test_a_place_beyond_the_map_is_moved_into_it() -> None:
    drawing, kernel = first_drawing(), preset("blur")
    last = place(drawing, kernel, 3, 0, 8, 8)
    assert place(drawing, kernel, 3, 0, 25, 25).value == last.value
    assert place(drawing, kernel, 3, 0, -4, 2).value == place(drawing, kernel, 3, 0, 0, 2).value


def test_pooling_takes_the_largest_or_the_mean_of_each_four() -> None:
    values = torch.randn(9, 9, generator=torch.Generator().manual_seed(0))
    fours = values[:8, :8].numpy().reshape(4, 2, 4, 2)
    np.testing.assert_array_equal(pooled(values, "max").numpy(), fours.max(axis=(1, 3)))
    np.testing.assert_allclose(pooled(values, "avg").numpy(), fours.mean(axis=(1, 3)), atol=1e-6)
    assert pooled(values, "none") is values


def test_two_channels_are_added() -> None:
    first, second = (feature_map(first_drawing(), preset(n)) for n in ("vertical", "laplace"))
    kernel = torch.stack([preset("sharpen"), -0.5 * preset("blur")])
    found = two_channels(first, second, kernel, 7, 9)
    parts = [
        by_scipy(one, two, 1, 0)[7, 9] for one, two in zip((first, second), kernel, strict=True)
    ]
    assert found.parts == pytest.approx(parts, abs=1e-5)
    assert found.value == pytest.approx(sum(parts), abs=1e-5)


def test_parameters_are_counted_as_on_paper() -> None:
    """8 kernels of 3×3 and 8 biases; 784 weights and a bias for each of 8·26·26 values."""
    assert parameters(28, 3, 1, 0, 8) == (80, 785 * 8 * 26 * 26, 8 * 26 * 26)
    assert parameters(28, 5, 2, 1, 2) == (52, 785 * 2 * 13 * 13, 2 * 13 * 13)


@pytest.mark.parametrize("name", ["vertical", "wide"])
@pytest.mark.parametrize("by", [0, 1, 3, 8])
def test_a_map_moves_along_with_the_drawing_and_a_dense_layer_does_not(name: str, by: int) -> None:
    drawing = first_drawing()
    moved = shifted(drawing, by)
    np.testing.assert_array_equal(moved[:, by:].numpy(), drawing[:, : 28 - by].numpy())
    assert not moved[:, :by].any()
    found = shift(drawing, preset(name), by)
    assert found.map_change < 1e-6
    if by == 0:
        assert found.dense_change == 0
        assert found.pooled_same == 1
    else:
        assert found.dense_change > 0.1
        assert found.pooled_same < 1
    change = (found.dense_after - found.dense_before).norm() / found.dense_before.norm()
    assert found.dense_change == pytest.approx(change.item())


@pytest.mark.parametrize("by", [26, 27, 28, 40])
def test_a_drawing_may_leave_the_picture(by: int) -> None:
    """From 27 on, with a kernel of 3, no column is left whose window it did not leave."""
    found = shift(first_drawing(), preset("vertical"), by)
    assert found.map_change < 1e-6
    assert found.before.shape == found.after.shape == (28, 28)


def test_an_empty_drawing_has_no_change_to_speak_of() -> None:
    found = shift(torch.zeros(28, 28), preset("vertical"), 3)
    assert (found.map_change, found.dense_change, found.pooled_same) == (0, 0, 1)


def test_the_answers_by_hand() -> None:
    """⌊(28 + 2 − 5) / 2⌋ + 1 places; the line crosses the edges 2|3, 4|5 and 6|7 of windows."""
    assert [asked.answer() for asked in QUESTIONS] == [13, 3]
