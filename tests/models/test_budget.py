"""No network is built that is larger than the lab's bound; every honest one is within it."""

import tracemalloc

import pytest
import torch

from nnlab.config import (
    Activation,
    Attention,
    BatchNorm,
    Conv2d,
    Embedding,
    Flatten,
    Layer,
    Linear,
    Model,
    NamedInit,
    Normalize,
    Positions,
    mlp,
)
from nnlab.data.description import describe
from nnlab.errors import InvalidExperimentError
from nnlab.models import build, skeleton, trace
from nnlab.models.budget import OF_PICTURES
from nnlab.recipes import ALL
from tests.config.experiments import plain

PICTURE, COLOUR, POINT = (1, 28, 28), (3, 32, 32), (2,)


@pytest.mark.parametrize(
    ("layers", "shape", "said"),
    [
        ((Linear(out_features=4096),) * 62, POINT, r"layer 2 .* has 16,793,600 weights.* 500,000:"),
        (
            (Flatten(), *(Linear(out_features=4096),) * 62),
            PICTURE,
            r"layer 3 .* weights.*5,000,000",
        ),
        (
            (Conv2d(out_channels=512, kernel_size=1, padding=14),) * 3,
            PICTURE,
            "outputs; .*narrower",
        ),
        ((Conv2d(out_channels=512),) * 3, PICTURE, "layer 2 .* operations for one example"),
        (
            (*(BatchNorm(),) * 30, Conv2d(out_channels=512), Flatten(), *(BatchNorm(),) * 4),
            PICTURE,
            "outputs|weights",
        ),
        (mlp(2000, 1000, outputs=2), POINT, "weights"),
    ],
)
def test_what_is_too_large_is_named_and_never_built(
    layers: tuple[Layer, ...], shape: tuple[int, ...], said: str
) -> None:
    tracemalloc.start()
    for call in (build, skeleton):
        with pytest.raises(InvalidExperimentError, match=said):
            call(Model(layers=layers), shape)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        (mlp(2048, outputs=2), POINT),
        (mlp(512, 512, outputs=10), (32,)),
        (mlp(*[64] * 31, outputs=1), (1,)),
        ((Flatten(), *mlp(4096, outputs=10)), PICTURE),
        ((Flatten(), *mlp(1200, 1200, outputs=10, dropout=0.5)), PICTURE),
        ((Flatten(), *mlp(1024, 512, outputs=10)), COLOUR),
        (
            (
                *(Conv2d(out_channels=64, padding=1), BatchNorm()) * 3,
                Conv2d(out_channels=128, stride=2),
                Flatten(),
                *mlp(128, outputs=10),
            ),
            PICTURE,
        ),
    ],
)
def test_an_honest_network_is_within_the_bound(
    layers: tuple[Layer, ...], shape: tuple[int, ...]
) -> None:
    assert trace(layers, shape)


@pytest.mark.parametrize(("blocks", "times", "fits"), [(3, 2, True), (2, 4, True), (3, 4, False)])
def test_the_blocks_that_the_bound_of_sequences_is_said_to_hold(
    blocks: int, times: int, fits: bool
) -> None:
    block = (
        Attention(heads=4),
        Linear(out_features=times * 128),
        Activation(kind="relu"),
        Linear(out_features=128),
    )
    first = (Embedding(num_embeddings=10, embedding_dim=128), Positions())
    layers = (*first, *block * blocks, Linear(out_features=10))
    if not fits:
        with pytest.raises(InvalidExperimentError, match="weights"):
            trace(layers, (16,))
        return
    rows = trace(layers, (16,))
    assert sum(row.kept for row in rows) == pytest.approx(400_000, rel=0.01)
    assert sum(row.flops for row in rows) == pytest.approx(13_000_000, rel=0.01)


def test_every_recipe_is_far_within_it() -> None:
    for recipe in ALL:
        rows = trace(recipe.experiment.model.layers, describe(recipe.experiment.data).input_shape)
        assert sum(row.kept for row in rows) < OF_PICTURES.numbers / 10


def test_a_skeleton_is_the_network_without_its_numbers() -> None:
    model = Model(
        layers=(
            Normalize(mean=(0.0, 1.0), std=(1.0, 2.0)),
            Linear(out_features=4, init=NamedInit(kind="xavier_normal")),
            BatchNorm(),
            *mlp(3, outputs=2, dropout=0.5),
        )
    )
    before = torch.random.get_rng_state()
    bare, whole = skeleton(model, POINT), build(model, POINT)
    assert repr(bare) == repr(whole)
    assert {k: (t.shape, t.dtype) for k, t in bare.state_dict().items()} == {
        k: (t.shape, t.dtype) for k, t in whole.state_dict().items()
    }
    assert all(tensor.is_meta for tensor in bare.state_dict().values())
    assert torch.equal(before, torch.random.get_rng_state())


def test_the_numbers_that_are_counted_are_those_that_are_kept() -> None:
    model = Model(layers=(*plain().model.layers, BatchNorm()))
    kept = sum(row.kept for row in trace(model.layers, POINT))
    state = build(model, POINT).state_dict()
    assert kept == sum(t.numel() for name, t in state.items() if "num_batches" not in name)
