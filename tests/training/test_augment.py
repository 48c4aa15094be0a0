"""Pictures changed at random: as torchvision and SciPy change them, in range, and repeatable."""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import ndimage
from torch import Tensor

from nnlab.config import (
    Augment,
    Conv2d,
    Dropout,
    Experiment,
    Flatten,
    Images,
    Linear,
    Model,
    Normalize,
    PlaneClasses,
    Training,
    mlp,
)
from nnlab.data.description import Info
from nnlab.data.splits import Part, Splits
from nnlab.data.torchvision_fix import torchvision_datasets
from nnlab.errors import InvalidExperimentError
from nnlab.training.augment import affine_grid, augment, with_strokes
from nnlab.training.events import FitEnded
from nnlab.training.fit import fit
from nnlab.training.seeds import augmenting, own_seed
from tests.training.bench import FastClock, StandingClock, epochs, run, same, trained

ALL = Augment(shift=3, rotate=20, scale=0.2, shear=10, stroke=0.8, elastic=1)


def pictures(n: int = 6, channels: int = 1, height: int = 28, width: int = 28) -> Tensor:
    generator = torch.Generator().manual_seed(7)
    return torch.rand(n, channels, height, width, generator=generator)


def changed(x: Tensor, seed: int = 0, **strengths: float) -> Tensor:
    return augment(x, Augment(**strengths), torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("size", [(28, 28), (20, 32)])
def test_moved_turned_scaled_and_leant_as_torchvision_does_it(size: tuple[int, int]):
    torchvision_datasets()  # beside a torch that it was not built for
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms.functional import affine

    x = pictures(3, 3, *size)
    angle, scale, shear = torch.tensor([[12.0, -40, 0], [1.3, 0.6, 1], [8, -25, 0]])
    right, down = torch.tensor([[2.0, -3.5, 1], [-1.5, 4, 0]])
    grid = affine_grid(x, angle, scale, shear, right, down)
    ours = F.grid_sample(x, grid, align_corners=False)
    for i, one in enumerate(x):
        theirs = affine(
            one,
            float(angle[i]),
            [float(right[i]), float(down[i])],  # ty: ignore[invalid-argument-type]
            float(scale[i]),
            [float(shear[i]), 0.0],
            interpolation=InterpolationMode.BILINEAR,
        )
        assert ours[i].numpy() == pytest.approx(theirs.numpy(), abs=2e-5)
    assert (ours - x).abs().mean() > 0.1


def test_strokes_grow_by_grey_dilation_and_shrink_by_grey_erosion_of_scipy():
    x = pictures(3)
    thick, thin, half = with_strokes(x, torch.tensor([1.0, -1.0, 0.5]))[:, 0].numpy()
    a, b, c = x[:, 0].numpy()
    assert thick == pytest.approx(ndimage.grey_dilation(a, (3, 3), mode="nearest"))
    assert thin == pytest.approx(ndimage.grey_erosion(b, (3, 3), mode="nearest"))
    dilated = ndimage.grey_dilation(c, (3, 3), mode="nearest")
    assert half == pytest.approx((c + dilated) / 2, abs=1e-6)


def test_every_picture_draws_its_own_change_up_to_what_is_given():
    dot = torch.zeros(400, 1, 28, 28)
    dot[:, 0, 14, 14] = 1
    moved = changed(dot, shift=5)[:, 0].numpy()
    ways = np.array([ndimage.center_of_mass(picture) for picture in moved]) - 14
    assert np.abs(ways).max() <= 5 + 1e-4
    assert (ways.max(axis=0) > 4.8).all()
    assert (ways.min(axis=0) < -4.8).all()
    assert np.abs(ways.mean(axis=0)).max() < 0.5
    assert len(np.unique(ways.round(3), axis=0)) > 390


def test_an_elastic_change_moves_neighbours_alike_and_far_points_apart():
    rows, columns = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")
    ramp = torch.stack([rows, columns])[:, None] / 27  # a pixel's value says where it came from
    bent = changed(ramp, elastic=1)[:, 0, 4:-4, 4:-4] * 27
    way = bent - torch.stack([rows, columns])[:, 4:-4, 4:-4]
    assert way.abs().max() > 1
    assert way.std() > 0.5
    assert way.diff(dim=1).abs().max() < 2  # no pixel jumps over its neighbour's neighbour
    assert way.diff(dim=1).abs().mean() < way.std() / 2


@pytest.mark.parametrize("channels", [1, 3])
def test_values_stay_between_0_and_1_and_the_given_batch_as_it_was(channels: int):
    x = pictures(50, channels, 32, 32)
    before = x.clone()
    given = augment(x, ALL, augmenting(3))
    assert given.shape == x.shape
    assert 0 <= given.min() < 0.05
    assert 0.95 < given.max() <= 1
    assert torch.equal(x, before)
    assert torch.allclose(augment(x, Augment(), augmenting(3)), x, atol=1e-5)


def test_one_strength_changed_leaves_what_the_others_draw():
    x = pictures()
    turned = changed(x, rotate=20)
    both = changed(x, rotate=20, stroke=1e-6)
    assert torch.allclose(turned, both, atol=1e-5)
    assert not torch.allclose(turned, changed(x, seed=1, rotate=20), atol=1e-2)


# In the loop -----------------------------------------------------------------------------------

NETWORK = Model(
    layers=(Normalize(), Conv2d(out_channels=2), Flatten(), Dropout(p=0.2), Linear(out_features=10))
)


def digits(n: int = 26) -> Splits:
    part = Part(pictures(n), torch.arange(n) % 10)
    return Splits(
        part, Part(pictures(5), torch.arange(5)), None, Info((1, 28, 28), tuple("0123456789"))
    )


def experiment(model: Model = NETWORK, **training: Any) -> Experiment:
    chosen = {"epochs": 3, "batch_size": 7, "augment": ALL, "evaluate_every": 1, **training}
    return Experiment(
        data=Images(kind="digits"), model=model, training=Training.model_validate(chosen)
    )


@pytest.mark.parametrize("batch_size", [7, "all"])
def test_a_run_sees_in_each_step_what_its_own_generator_makes_of_the_batch(batch_size: object):
    """The oracle: the loop as a tutorial writes it."""
    plain = Model(layers=(Normalize(), Flatten(), Linear(out_features=10)))
    given = experiment(plain, batch_size=batch_size, seed=4)
    data = digits()
    weights, _ = run(given, data)

    started = fit(given, data).weights()
    network = torch.nn.Linear(784, 10)
    network.load_state_dict({"weight": started["2.weight"], "bias": started["2.bias"]})
    order, drawn = torch.Generator().manual_seed(4), augmenting(4)
    for _ in range(3):
        every = torch.arange(26) if batch_size == "all" else torch.randperm(26, generator=order)
        for chosen in every.split(7 if batch_size == 7 else 26):
            x = (augment(data.train.x[chosen], ALL, drawn) - 0.5) / 0.5
            network.zero_grad()
            F.cross_entropy(network(x.flatten(1)), data.train.y[chosen]).backward()
            with torch.no_grad():
                for parameter in network.parameters():
                    assert parameter.grad is not None
                    parameter -= 0.03 * parameter.grad
    assert torch.allclose(network.weight, weights["2.weight"], atol=1e-6)
    assert not torch.allclose(network.weight, started["2.weight"], atol=1e-3)
    unchanged, _ = run(experiment(plain, batch_size=batch_size, seed=4, augment=None), data)
    assert not torch.allclose(network.weight, unchanged["2.weight"], atol=1e-4)


def test_a_run_with_changed_pictures_goes_on_from_the_middle_of_an_epoch_bit_for_bit():
    given, data = experiment(), digits()
    unbroken, events = run(given, data)
    for cut in (1, 5):
        first = fit(given, data, clock=FastClock())
        while next(first).step < cut:
            pass
        state = first.snapshot()
        list(first)
        resumed, later = trained(fit(given, data, state, clock=StandingClock()))
        assert same(resumed, unbroken)
        assert [e.train_loss for e in epochs(later)][-1] == epochs(events)[-1].train_loss
        forgotten = {key: value for key, value in state.items() if key != "augmenting"}
        assert not same(trained(fit(given, data, forgotten))[0], unbroken)  # ty: ignore


def test_the_final_figures_are_of_the_pictures_as_they_are():
    data = digits()
    given = experiment()
    fitting = fit(given, data)
    *_, end = fitting
    assert isinstance(end, FitEnded)
    fitting.model.eval()
    with torch.no_grad():
        expected = F.cross_entropy(fitting.model(data.train.x), data.train.y).item()
    assert end.train_loss == pytest.approx(expected, abs=1e-5)


def test_what_pictures_and_layers_draw_is_not_what_the_order_of_batches_draws():
    order = torch.rand(50, generator=torch.Generator().manual_seed(3))
    assert not torch.equal(order, torch.rand(50, generator=augmenting(3)))
    assert len({own_seed(seed, use) for seed in range(20) for use in (1, 2)}) == 40
    fitting = fit(experiment(seed=3), digits())
    layers = torch.Generator()
    layers.set_state(fitting.snapshot()["random"]["cpu"])
    assert not torch.equal(order, torch.rand(50, generator=layers))


def test_only_pictures_are_augmented():
    with pytest.raises(InvalidExperimentError, match=r"augment moves and bends pictures.*'circle'"):
        Experiment.from_dict(
            Experiment(
                data=PlaneClasses(kind="circle"),
                model=Model(layers=mlp(2, outputs=2)),
                training=Training(epochs=1),
            ).model_dump()
            | {"training": {"epochs": 1, "augment": {"shift": 1}}}
        )
