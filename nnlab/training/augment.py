"""Pictures changed at random, a whole batch at once: moved, turned, scaled, leant, thinned, bent.

Exported scripts take these functions over as they stand, so they use `torch` and `F` alone.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from nnlab.config import Augment

ELASTIC_PIXELS = 2.0
"""The standard deviation of a control point's way at elastic = 1."""
CONTROL_POINTS = 5
"""Along each axis; between them the way is interpolated."""


def augment(x: Tensor, given: Augment, generator: torch.Generator) -> Tensor:
    """A batch as the network is to see it in one step.

    Every picture draws its six numbers whatever is asked for, so that one strength changed leaves
    alone what the others draw.

    Args:
        x: float32 [n, channels, height, width] in [0, 1]; not changed.
        given: the largest change of each sort.
        generator: of the CPU, whatever device `x` is on: the draws do not depend on it.

    Returns:
        float32 of the same shape and device, in [0, 1].
    """
    drawn = torch.rand(6, len(x), generator=generator).mul_(2).sub_(1).to(x.device)
    stroke, angle, scale, shear, right, down = drawn
    if given.stroke:
        x = with_strokes(x, stroke * given.stroke)
    grid = affine_grid(
        x,
        angle * given.rotate,
        1 + scale * given.scale,
        shear * given.shear,
        right * given.shift,
        down * given.shift,
    )
    if given.elastic:
        grid = grid + elastic_field(x, given.elastic, generator)
    # Around a drawing is paper; a photograph goes on beyond its edge.
    padding = "zeros" if x.shape[1] == 1 else "reflection"
    x = F.grid_sample(x, grid, mode="bilinear", padding_mode=padding, align_corners=False)
    return x.clamp_(0, 1)


def affine_grid(
    x: Tensor, angle: Tensor, scale: Tensor, shear: Tensor, right: Tensor, down: Tensor
) -> Tensor:
    """Return the source place of each pixel of the changed pictures, as `F.grid_sample` takes it.

    A picture is leant by `shear` degrees, turned by `angle` degrees (clockwise as seen on screen)
    and scaled by `scale` around its centre, then moved by `right` and `down` pixels: what
    `torchvision.transforms.functional.affine` does. Each argument after `x` is [n].

    Returns:
        float32 [n, height, width, 2], x before y, -1 to 1 from edge to edge.
    """
    height, width = x.shape[2:]
    turned, lean = torch.deg2rad(angle), torch.tan(torch.deg2rad(shear))
    cos, sin = torch.cos(turned) / scale, torch.sin(turned) / scale
    # The inverse of scale * [[cos, -sin], [sin, cos]] @ [[1, -lean], [0, 1]].
    xx, xy = cos - lean * sin, sin + lean * cos
    yx, yy = -sin, cos
    rows = torch.stack(
        [
            xx,
            xy * (height / width),
            (xx * right + xy * down) * (-2 / width),
            yx * (width / height),
            yy,
            (yx * right + yy * down) * (-2 / height),
        ],
        dim=1,
    )
    return F.affine_grid(rows.view(-1, 2, 3), list(x.shape), align_corners=False)


def elastic_field(x: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """A smooth random way for each pixel, [n, height, width, 2], to be added to a grid.

    Simard, Steinkraus and Platt, "Best practices for convolutional neural networks" (2003), with
    cubic interpolation between a few control points in place of a wide Gaussian filter.
    """
    height, width = x.shape[2:]
    points = torch.randn(len(x), 2, CONTROL_POINTS, CONTROL_POINTS, generator=generator)
    ways = F.interpolate(
        points.to(x.device), size=(height, width), mode="bicubic", align_corners=True
    )
    edges = torch.tensor([width, height], dtype=x.dtype, device=x.device)
    return ways.permute(0, 2, 3, 1) * (strength * ELASTIC_PIXELS * 2 / edges)


def with_strokes(x: Tensor, amount: Tensor) -> Tensor:
    """Strokes thicker (amount [n] up to 1) or thinner (down to -1): grey dilation and erosion.

    The share |amount| of the way from a picture to the largest, or the smallest, of each pixel and
    its eight neighbours.
    """
    share = amount.view(-1, 1, 1, 1)
    thick = F.max_pool2d(x, 3, stride=1, padding=1)
    thin = -F.max_pool2d(-x, 3, stride=1, padding=1)
    return x + share.clamp(min=0) * (thick - x) - share.clamp(max=0) * (thin - x)
