"""The plane that is drawn of a table's columns."""

import numpy as np
import torch
from torch import nn

from nnlab.insight.plane.input_slice import input_slice

TABLE = np.array([[10, 1, 7, 5], [30, 3, 7, 6], [20, 2, 7, 13]], np.float32)


def test_the_data_reach_from_minus_5_to_5_on_both_axes():
    cut = input_slice(TABLE, across=1, up=0)
    assert cut.place(TABLE).tolist() == [[-5, -5], [5, 5], [0, 0]]


def test_places_of_the_plane_become_inputs_with_the_other_columns_at_their_means():
    cut = input_slice(TABLE, across=1, up=0)
    inputs = cut.inputs(torch.tensor([[-5.0, 5.0], [6.0, 0.0]]))
    assert torch.allclose(inputs, torch.tensor([[30, 1, 7, 8], [20, 3.2, 7, 8]]))


def test_a_network_through_the_slice_is_the_network_at_those_inputs():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(4, 3), nn.Tanh())
    cut = input_slice(TABLE, across=3, up=1)
    plane = torch.randn(9, 2)
    assert torch.equal(cut.through(network)(plane), network(cut.inputs(plane)))


def test_a_single_column_lies_across_and_is_spread_out_upwards():
    cut = input_slice(TABLE[:, :1])
    placed = cut.place(TABLE[:, :1])
    assert placed[:, 0].tolist() == [-5, 5, 0]
    assert len(set(placed[:, 1])) == 3
    assert np.abs(placed[:, 1]).max() <= 5
    up = torch.tensor([[1.0, -3.0], [1.0, 4.0]])
    assert torch.equal(*cut.inputs(up))


def test_a_column_that_never_varies_stays_in_the_middle():
    cut = input_slice(TABLE, across=2, up=0)
    assert cut.place(TABLE)[:, 0].tolist() == [0, 0, 0]
    assert cut.inputs(torch.tensor([[1.0, 0.0]]))[0, 2] == 8
