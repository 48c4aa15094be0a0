from pathlib import Path

import pytest
import torch

from nnlab.errors import RunDamagedError
from nnlab.runs.recorded.layered import layered
from nnlab.runs.recorded.network import load_recorded
from nnlab.runs.recorded.record import RECORD, to_json
from nnlab.runs.store import Store
from tests.runs.recorded.modules import Digits, Residual
from tests.runs.recorded.recordings import recorded


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def test_a_chain_is_built_again_with_gradients_and_the_same_answers(store: Store) -> None:
    x = torch.rand(4, 1, 28, 28)
    network = load_recorded(recorded(store, Digits(), x, steps=(0, 2)), 0)
    built = layered(network)
    assert built is not None
    answers = built(x)
    torch.testing.assert_close(answers, network(x), atol=1e-4, rtol=1e-4)
    assert answers.requires_grad


def test_what_is_no_chain_has_no_layers(store: Store) -> None:
    assert layered(load_recorded(recorded(store, Residual(), torch.randn(4, 4)))) is None


@pytest.mark.parametrize(
    "change",
    [
        {"layers": ({"kind": "unknown"},)},
        {"layers": ({"kind": "linear", "out_features": 4096},)},
        {"weights_of": {"0.weight": "nothing"}},
        {"weights_of": {}},
    ],
)
def test_layers_that_do_not_fit_are_damage(store: Store, change: dict[str, object]) -> None:
    run = recorded(store, Digits(), torch.rand(4, 1, 28, 28), steps=(0,))
    (run.path / RECORD).write_text(to_json(run.recorded.model_copy(update=change)))
    with pytest.raises(RunDamagedError, match="do not fit the network's weights"):
        layered(load_recorded(run))
