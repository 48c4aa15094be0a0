from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from nnlab.insight.plane.bent import ALONG, LINES, bent


def network(*widths: int) -> nn.Sequential:
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), nn.Tanh()]
    return nn.Sequential(*layers[:-1])


X = torch.tensor([[1.0, -2.0], [0.5, 3.0]])


def test_the_grid_before_any_layer_is_the_grid_itself() -> None:
    seen = bent(network(2, 3, 2), X, 0, (0, 1))
    assert seen.lines.shape == (2 * LINES, ALONG, 2)
    assert np.allclose(seen.lines[0], np.stack([np.full(ALONG, -6), np.linspace(-6, 6, ALONG)], 1))
    assert np.allclose(seen.lines[LINES][:, 1], -6), "then those of constant x₂ from below"
    assert np.allclose(seen.lines[LINES][:, 0], np.linspace(-6, 6, ALONG))
    assert np.allclose(seen.data, X)


def test_each_point_goes_where_the_two_neurons_put_it() -> None:
    net = network(2, 3, 2)
    seen = bent(net, X, 1, (2, 0))
    hidden = net[:2](X).detach().numpy()
    assert np.allclose(seen.data, hidden[:, [2, 0]], atol=1e-6)
    corner = net[:2](torch.tensor([[-6.0, 6.0]])).detach().numpy()[0]
    assert np.allclose(seen.lines[0, -1], corner[[2, 0]], atol=1e-6)


def test_of_one_input_there_is_one_line() -> None:
    net = network(1, 2, 1)
    seen = bent(net, torch.zeros(3, 1), 1, (0, 1), (-2.0, 2.0))
    assert seen.lines.shape[0] == 1
    assert seen.lines.shape[2] == 2
    assert seen.data.shape == (3, 2)
    ends = net[:2](torch.tensor([[-2.0], [2.0]])).detach().numpy()
    assert np.allclose(seen.lines[0, [0, -1]], ends, atol=1e-6)


def test_on_the_separator_both_classes_are_equally_likely() -> None:
    net = network(2, 4, 2, 2)
    seen = bent(net, X, 2, (1, 0))
    assert seen.separator is not None
    a, b, c = seen.separator
    point = np.array([0.3, -(a * 0.3 + c) / b], dtype=np.float32)  # (h of unit 1, h of unit 0)
    logits = net[4](torch.from_numpy(point[[1, 0]].copy()))
    assert float(logits[0].detach()) == pytest.approx(float(logits[1].detach()), abs=1e-5)


def test_two_of_many_neurons_have_no_separator() -> None:
    assert bent(network(2, 4, 2), X, 1, (0, 1)).separator is None
    assert bent(network(2, 2, 2, 2), X, 1, (0, 1)).separator is None, "another layer comes after"
    assert bent(network(2, 2, 2), X, 1, (0, 0)).separator is None


def steep(scale: float) -> nn.Sequential:
    """Both neurons turn over at nearly the same place, one of them more slowly."""
    net = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2))
    with torch.no_grad():
        first, *_ = net.parameters()
        first.copy_(scale * torch.tensor([[0.0, 1.0], [0.3, 0.6]]))
    return net


@pytest.mark.parametrize("scale", [0.3, 1.0, 5.0, 15.0])
def test_no_line_is_seen_to_be_made_of_straight_pieces(scale: float) -> None:
    """Drawn 400 pixels wide, no place of a line is as much as a pixel from where it belongs."""
    net = steep(scale)
    drawn = bent(net, X, 1, (0, 1)).lines[LINES // 2]
    places = torch.stack([torch.zeros(20_001), torch.linspace(-6, 6, 20_001)], 1)
    with torch.no_grad():
        true = net[:2](places).numpy()
    off = np.min([_distance(true, a, b) for a, b in pairwise(drawn)], axis=0)
    pixel = 2.24 / 400
    assert off.max() < pixel
    assert np.allclose(drawn[[0, -1]], true[[0, -1]], atol=1e-5)


def _distance(points: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Of [n, 2] points from the straight piece between a and b."""
    along = b - a
    length = float(along @ along)
    share = np.clip((points - a) @ along / length, 0, 1) if length else np.zeros(len(points))
    return np.linalg.norm(points - a - share[:, None] * along, axis=1)
