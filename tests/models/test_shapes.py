"""Shapes, parameters and operations from the specification alone; what cannot be, named."""

import pytest

from nnlab.config import (
    Activation,
    BatchNorm,
    Conv2d,
    Features,
    Flatten,
    Layer,
    Linear,
    LogSoftmax,
    Pool2d,
    mlp,
)
from nnlab.errors import InvalidExperimentError
from nnlab.models import check_outputs, trace, training_flops

PICTURE = (1, 28, 28)


@pytest.mark.parametrize(
    ("layers", "shape", "said"),
    [
        ((Linear(out_features=2),), PICTURE, r"Layer 1 \(linear\).*1×28×28.*put flatten before"),
        ((Flatten(), Conv2d(out_channels=1)), PICTURE, r"Layer 2 \(conv2d\).*784.*before flatten"),
        ((Conv2d(out_channels=1),), (2,), r"Layer 1 \(conv2d\).*receive 2: take pictures|flatten"),
        (
            (Pool2d(kind="max_pool2d", kernel_size=14), Pool2d(kind="avg_pool2d", kernel_size=3)),
            PICTURE,
            r"Layer 2 \(avg_pool2d\) needs a picture of at least 3 pixels.*1×2×2: use a smaller",
        ),
        (
            (Conv2d(out_channels=1, kernel_size=7, padding=1),),
            (1, 4, 4),
            r"Layer 1 \(conv2d\) needs a picture of at least 5 pixels a side.*1×4×4",
        ),
        ((*mlp(3, outputs=2), Features(names=("x1",))), (2,), None),
        ((Flatten(), Features(names=("x1",))), PICTURE, r"Layer 2 \(features\).*x1 and x2.*remove"),
        ((Features(names=("x1", "sin(x2)")),), (1,), r"two inputs.*receive 1: leave sin\(x2\) out"),
        ((LogSoftmax(),), PICTURE, r"Layer 1 \(log_softmax\).*put flatten before"),
        ((Linear(out_features=3), Features(names=("x1",))), (2,), r"Layer 2 \(features\).*3"),
    ],
)
def test_an_impossible_shape_is_named_at_its_layer_with_the_mend(
    layers: tuple[Layer, ...], shape: tuple[int, ...], said: str | None
):
    if said is None:  # two outputs can stand for x1 and x2
        assert trace(layers, shape)[-1].output_shape == (1,)
        return
    with pytest.raises(InvalidExperimentError, match=said):
        trace(layers, shape)


def test_the_network_must_end_in_what_the_data_need():
    with pytest.raises(InvalidExperimentError, match=r"ends in the shape 3, .*10 values.*to 10"):
        check_outputs(mlp(outputs=3), (2,), 10)
    with pytest.raises(InvalidExperimentError, match=r"shape 1×26×26, .* need 1 value:"):
        check_outputs((Conv2d(out_channels=1),), PICTURE, 1)
    assert len(check_outputs(mlp(4, outputs=10), (2,), 10)) == 3


def test_parameters_and_operations_by_hand():
    layers = (
        Conv2d(out_channels=2, kernel_size=3),  # 1×28×28 -> 2×26×26
        BatchNorm(),
        Pool2d(kind="max_pool2d"),  # -> 2×13×13
        Flatten(),  # -> 338
        Activation(kind="relu"),
        Linear(out_features=10, bias=False),
    )
    rows = trace(layers, PICTURE)
    assert [row.parameters for row in rows] == [2 * 9 + 2, 4, 0, 0, 0, 3380]
    assert [row.output_shape for row in rows] == [
        (2, 26, 26),
        (2, 26, 26),
        (2, 13, 13),
        (338,),
        (338,),
        (10,),
    ]
    conv, linear = 2 * 9 * 2 * 26 * 26, 2 * 338 * 10
    flops = [conv, 2 * 26 * 26, 4 * 2 * 13 * 13, 0, 338, linear]
    assert [row.flops for row in rows] == flops
    assert training_flops(rows, 8) == 3 * 8 * sum(flops)
