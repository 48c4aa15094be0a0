"""Convolutions whose values lie as PyTorch's `channels_last`: the loop of PyTorch itself, so."""

import io

import torch
import torch.nn.functional as F

from nnlab.config import Activation, Conv2d, Experiment, Flatten, Images, Linear, Model, Training
from nnlab.data.description import Info
from nnlab.data.splits import Part, Splits
from nnlab.models import build
from nnlab.training.fit import fit
from tests.training.bench import FastClock, StandingClock, run, same, trained

LAYERS = (
    Conv2d(out_channels=5, kernel_size=3),
    Activation(kind="relu"),
    Conv2d(out_channels=8, kernel_size=3, stride=2),
    Flatten(),
    Linear(out_features=10),
)
LAST = torch.channels_last


def experiment(*, channels_last: bool) -> Experiment:
    return Experiment(
        data=Images(kind="digits", train_size=60),
        model=Model(layers=LAYERS, seed=2),
        training=Training.model_validate(
            {
                "optimizer": {"kind": "adam", "lr": 0.01},
                "batch_size": 16,
                "steps": 9,
                "seed": 3,
                "channels_last": channels_last,
            }
        ),
    )


def digits() -> Splits:
    generator = torch.Generator().manual_seed(1)
    x, y = torch.rand(60, 1, 28, 28, generator=generator), torch.arange(60) % 10
    names = tuple("0123456789")
    return Splits(Part(x, y), Part(x[:0], y[:0]), None, Info((1, 28, 28), names))


def test_it_is_the_loop_that_pytorch_itself_takes_with_a_network_in_this_order() -> None:
    data = digits()
    weights, _ = run(experiment(channels_last=True), data)
    network = build(Model(layers=LAYERS, seed=2), (1, 28, 28))
    network.to(memory_format=LAST)  # ty: ignore
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01, fused=True)
    order = torch.Generator().manual_seed(3)
    batches = [
        batch for _epoch in range(3) for batch in torch.randperm(60, generator=order).split(16)
    ]
    for batch in batches[:9]:
        optimizer.zero_grad()
        F.cross_entropy(network(data.train.x[batch]), data.train.y[batch]).backward()
        optimizer.step()
    assert same(weights, network.state_dict())


def test_only_who_asks_for_it_gets_it_and_the_figures_are_near() -> None:
    asked, plain = (experiment(channels_last=given) for given in (True, False))
    for given, is_last in ((asked, True), (plain, False)):
        weight = fit(given, digits()).model.state_dict()["2.weight"]
        assert weight.is_contiguous(memory_format=LAST) == is_last
        assert weight.is_contiguous() != is_last
    one, other = run(asked, digits())[0], run(plain, digits())[0]
    assert all(torch.allclose(one[name], other[name], atol=1e-4) for name in one)


def test_such_a_run_goes_on_from_the_middle_of_an_epoch_bit_for_bit() -> None:
    given, data = experiment(channels_last=True), digits()
    whole, _ = run(given, data)
    first = fit(given, data, clock=FastClock())
    while next(first).step < 6:
        pass
    file = io.BytesIO()
    torch.save(first.snapshot(), file)
    state = torch.load(io.BytesIO(file.getvalue()), weights_only=True)
    resumed, later = trained(fit(given, data, state, clock=StandingClock()))
    assert later[0].step == 6
    assert same(resumed, whole)
