"""What a run needs of a cluster."""

from typing import Any

import pytest

from nnlab.config import Adam, Experiment, Flatten, Images, Linear, Model, Training, mlp
from nnlab.config.axis import Axis
from nnlab.config.sweep import Sweep
from nnlab.runs.cluster.needs import Size, device_of, need_of, share_of, size_of
from nnlab.runs.cluster.placing import Need, Nodes
from nnlab.settings import Settings
from tests.runs.bench import experiment
from tests.runs.cluster.nodes import node

SMALL, LARGE = Size(is_small=True, threads=None), Size(is_small=False, threads=None)
NODES = Nodes([node("a", 4), node("b", 8)])
WITH_GPU = Nodes([node("a", 8), node("b", 4, gpus=1)])


def settings(**said: Any) -> Settings:
    return Settings.model_validate({"runs_a_core": 4, "runs_a_gpu": 2, **said})


def digits(width: int, **training: Any) -> Experiment:
    return Experiment(
        data=Images(kind="digits"),
        model=Model(layers=(Flatten(), *mlp(width, outputs=10, activation="relu"))),
        training=Training(
            optimizer=Adam(kind="adam", lr=0.01), batch_size=100, epochs=1, **training
        ),
    )


@pytest.mark.parametrize(
    ("size", "nodes", "said", "expected", "device"),
    [
        (SMALL, NODES, {}, Need(0.25, 0, 1, 1), "cpu"),
        (LARGE, NODES, {}, Need(8, 0, 8, 1), "cpu"),
        (Size(True, 1), NODES, {}, Need(0.25, 0, 1, 1), "cpu"),
        (Size(False, 1), NODES, {}, Need(1, 0, 1, 1), "cpu"),
        (Size(True, 3), NODES, {}, Need(3, 0, 3, 1), "cpu"),
        (Size(False, 32), NODES, {}, Need(8, 0, 8, 1), "cpu"),
        (SMALL, WITH_GPU, {}, Need(0.25, 0, 1, 1), "cpu"),
        (LARGE, WITH_GPU, {}, Need(1, 0.5, 1, 1), "cuda"),
        (LARGE, WITH_GPU, {"device": "cpu"}, Need(8, 0, 8, 1), "cpu"),
        (SMALL, WITH_GPU, {"device": "cuda"}, Need(1, 0.5, 1, 1), "cuda"),
        (LARGE, NODES, {"device": "cuda"}, Need(1, 0, 1, 1), "cuda"),
        (LARGE, NODES, {"device": "mps"}, Need(8, 0, 8, 1), "mps"),
    ],
)
def test_a_run_needs(size: Size, nodes: Nodes, said: dict, expected: Need, device: str) -> None:
    need = need_of(size, nodes, settings(**said))
    assert need == expected
    assert device_of(need, settings(**said)) == device


def test_a_students_run_computes_in_the_threads_that_it_may() -> None:
    assert need_of(LARGE, NODES, settings(), 1) == Need(1, 0, 1, 1)


@pytest.mark.parametrize("count", [1, 3, 4, 7, 64])
def test_as_many_shares_as_were_told_fit_into_a_core(count: int) -> None:
    share = share_of(count)
    assert count * share <= 1
    assert share * 10_000 == pytest.approx(round(share * 10_000))
    assert (count + 1) * share > 1


def test_a_network_of_the_plane_is_small_and_a_wide_one_of_pictures_is_not() -> None:
    assert size_of(experiment(), None) == Size(is_small=True, threads=None)
    assert size_of(digits(8), None) == Size(is_small=True, threads=None)
    assert size_of(digits(512), None) == Size(is_small=False, threads=None)
    assert size_of(digits(512, threads=3), None) == Size(is_small=False, threads=3)


def test_what_cannot_be_planned_counts_as_small_and_says_itself_what_is_wrong() -> None:
    broken = digits(512).model_copy(update={"model": Model(layers=(Linear(out_features=10),))})
    assert size_of(broken, None) == Size(is_small=True, threads=None)


def test_stacks_of_a_sweep_train_apart_unless_they_are_tiny() -> None:
    rates = Axis(path="training.optimizer.lr", values="log:0.001..0.1:3")
    widths = Axis(path="width", values=[8, 512])
    tiny = Sweep(experiment=experiment(), axes=(Axis(path="width", values=[2, 3]), rates))
    assert size_of(tiny.experiment, tiny).parts == 1
    wide = experiment(batch_size=200).model_copy(
        update={"model": Model(layers=mlp(8, 8, outputs=2, activation="tanh"))}
    )
    sweep = Sweep(experiment=wide, axes=(widths, rates))
    size = size_of(sweep.experiment, sweep)
    assert (size.is_small, size.parts) == (False, 2)
    assert need_of(size, NODES, settings()) == Need(8, 0, 8, 2)
