"""The page of a recorded run in Chromium: what it answers and plays, compared with PyTorch."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from nnlab.errors import NnlabError
from nnlab.export import export
from nnlab.runs.store import Store
from tests.export.html.conftest import Open
from tests.runs.recorded.made import add_metrics, make_recorded
from tests.runs.recorded.recordings import recorded

pytestmark = pytest.mark.browser

CLOSE = 1e-4


class Named(nn.Module):
    """A chain whose tensors have names of their own."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(2, 5), nn.Linear(5, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(torch.tanh(self.first(x)))


def test_it_plays_a_chain_and_answers_as_pytorch_does_at_each_checkpoint(
    store: Store, open_page: Open
) -> None:
    model, x = Named(3), torch.randn(30, 2)
    run = recorded(store, model, x, torch.arange(30) % 3, classes=("a", "b", "c"))
    add_metrics(run, [{"loss": 0.5, "val_loss": 0.75, "my own": 12.0}])
    page = open_page(export(run, "html"))
    page.wait("nnlab.stage.frames > 0")
    assert page.evaluate("() => nnlab.stage.steps") == [0, 10, 20]
    for step in (0, 20):
        weights = load_file(run.path / "checkpoints" / f"{step:010d}.safetensors")
        twin = Named(3)
        twin.load_state_dict({n: v for n, v in weights.items() if ":" not in n})
        page.evaluate("(step) => nnlab.stage.seek(step)", step)
        page.wait(f"nnlab.stage.step === {step}")
        found = np.array(page.evaluate("(inputs) => nnlab.outputs(inputs)", x.tolist()))
        with torch.inference_mode():
            expected = twin(x).numpy()
        assert np.abs(found - expected).max() <= CLOSE * np.abs(expected).max()
    names = page.evaluate(
        "() => [...document.querySelectorAll('.curve b')].map((b) => b.textContent)"
    )
    assert names == ["Loss", "my own"]
    assert page.errors == []
    assert page.requests == [page.requests[0]]


def test_a_single_logit_is_the_probability_of_the_second_class(
    store: Store, open_page: Open
) -> None:
    model, x = Named(1), torch.randn(20, 2)
    run = recorded(store, model, x, torch.arange(20) % 2, classes=("no", "yes"))
    add_metrics(run, [{"loss": 0.5}])
    page = open_page(export(run, "html"))
    page.wait("nnlab.stage.frames > 0")
    found = torch.tensor(page.evaluate("(inputs) => nnlab.outputs(inputs)", x.tolist()))
    with torch.inference_mode():
        expected = model(x).sigmoid()[:, 0]
    assert torch.allclose(found.softmax(dim=1)[:, 1], expected, atol=1e-5)
    assert page.errors == []


def test_a_network_without_layers_or_a_plane_has_its_curves(store: Store, open_page: Open) -> None:
    page = open_page(export(make_recorded(store, inputs=(1, 28, 28)), "html"))
    page.wait("document.querySelectorAll('.curve').length === 2")
    assert page.evaluate("() => document.querySelector('h1').textContent") == "mine"
    assert page.errors == []


def test_of_a_recording_that_says_nothing_yet_there_is_no_page(store: Store) -> None:
    with pytest.raises(NnlabError, match=r"run\.step"):
        export(make_recorded(store, rows=(), reason=None), "html")
