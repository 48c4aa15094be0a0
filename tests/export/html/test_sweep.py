"""The page of a sweep: what each of its networks answers, which is chosen, and how to get it."""

import json
import shlex
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
import torch
from safetensors.torch import load

from nnlab.cli.experiment import change
from nnlab.config import Experiment, Model, PlaneClasses, Sweep, Training, mlp
from nnlab.config.axis import parse_axis
from nnlab.config.link import from_link
from nnlab.export import export
from nnlab.export.html import sweep_weights
from nnlab.export.html.sweep_weights import kept_weights
from nnlab.recipes.sweeps import SWEEPS
from nnlab.runs.network import load_network
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run, Store
from nnlab.runs.sweeps.alone import as_run
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.scene.differences import changes
from tests.export.conftest import train_to_the_end
from tests.export.html.conftest import Open

CLOSE = 1e-4
NASTY = "</script><img src=x onerror=alert(1)>"


def base(**training: object) -> Experiment:
    return Experiment(
        data=PlaneClasses(kind="moons", points=60),
        model=Model(layers=mlp(3, outputs=2, activation="relu")),
        training=Training.model_validate(
            {"optimizer": {"kind": "adam", "lr": 0.02}, "batch_size": 10, "epochs": 3, **training}
        ),
    )


@pytest.fixture
def trained_sweep(store: Store, data_dir: Path) -> Callable[..., Run]:
    def make(*axes: str, name: str = "a sweep", **training: object) -> Run:
        sweep = Sweep(experiment=base(**training), axes=tuple(map(parse_axis, axes)))
        run = store.create(sweep.experiment, sweep=sweep, name=name)
        train_to_the_end(run, data_dir)
        return run

    return make


@pytest.mark.browser
def test_every_network_answers_as_pytorch_does(
    trained_sweep: Callable[..., Run], open_page: Open, tmp_path: Path
) -> None:
    """Offline, from a file, with no request but for that; of two stacks, the best at first."""
    run = trained_sweep("width=3,5", "model.seed=0..1", name=NASTY)
    page = open_page(export(run, "html"))
    page.wait("window.nnlab?.outputs && document.querySelector('.chosen h2')")
    x = torch.rand(1000, 2, generator=torch.Generator().manual_seed(1)) * 12 - 6
    best = SweepHistory(EventReader(run.path).read_new()).best()
    for net in range(4):
        (tmp_path / str(net)).mkdir()
        network, _step = load_network(as_run(run, net, tmp_path / str(net)))
        with torch.inference_mode():
            expected = network(x).numpy()
        asked = [x.tolist(), {} if net == best else {"net": net}]
        said = np.array(page.evaluate("([x, of]) => window.nnlab.outputs(x, of)", asked))
        assert np.abs(said - expected).max() <= CLOSE * np.abs(expected).max()
    assert page.evaluate("() => document.querySelector('h1').textContent") == NASTY
    assert len(page.requests) == 1
    assert page.errors == []


@pytest.mark.browser
def test_what_is_chosen_in_the_table_is_chosen_everywhere_and_can_be_trained_again(
    trained_sweep: Callable[..., Run], open_page: Open
) -> None:
    run = trained_sweep("training.optimizer.lr=0.01,0.1", "activation=relu,tanh")
    page = open_page(export(run, "html"), width=390, height=844)
    page.wait("document.querySelector('.rows tbody tr')")
    page.do(lambda p: p.click(".rows tbody button[value='3']"))
    page.wait("document.querySelector('.chosen h2').textContent === 'Network 3'")
    page.wait("document.querySelector('[data-net=\"3\"]').getAttribute('aria-pressed') === 'true'")
    page.wait("[...document.querySelectorAll('.chosen input')].every((field) => field.value)")
    fields = page.evaluate(
        "() => [...document.querySelectorAll('.chosen input')].map((field) => field.value)"
    )
    sweep = run.sweep
    assert sweep is not None
    asked = sweep.nets[3].experiment
    link = next(value for value in fields if "?x=" in value)
    assert from_link(parse_qs(urlparse(link).query)["x"][0]) == asked
    words = shlex.split(next(value for value in fields if " train " in value))
    sets = [word for before, word in pairwise(words) if before == "--set"]
    written = next(value for value in fields if value.startswith("{"))
    assert change(Experiment.from_json(written), sets) == asked
    wrong = page.evaluate(
        """() => {
            try {
                return window.nnlab.outputs([[0, 0]], { net: 4 });
            } catch (error) {
                return error.message;
            }
        }"""
    )
    assert wrong == "A network of this sweep has a number from 0 to 3: got 4."


def test_of_too_many_weights_those_of_the_best_are_kept_and_the_others_named(
    trained_sweep: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained_sweep("model.seed=0..5")
    history = SweepHistory(EventReader(run.path).read_new())
    each = 4 * (3 * 2 + 3 + 2 * 3 + 2)
    monkeypatch.setattr(sweep_weights, "MOST_BYTES", 2 * each + 1)
    sweep = run.sweep
    assert sweep is not None
    kept = kept_weights(run, sweep, history)
    best = np.argsort(history.figures("val_loss"), kind="stable")[:2]
    assert set(kept.order) == set(best.tolist())
    assert "The weights of the 2 best networks" in kept.word
    assert "4 networks are left out" in kept.word
    content = export(run, "html").decode()
    data = json.loads(content.partition('id="data">')[2].partition("</script>")[0])
    assert [stack["nets"] for stack in data["scene"]["stacks"]] == [sorted(best.tolist())]


def test_the_weights_are_those_of_each_network_alone_also_where_some_ended_early(
    trained_sweep: Callable[..., Run], tmp_path: Path
) -> None:
    run = trained_sweep(
        "training.optimizer.lr=0.01,1000", "model.seed=0..3", optimizer={"kind": "sgd", "lr": 0.1}
    )
    sweep = run.sweep
    assert sweep is not None
    history = SweepHistory(EventReader(run.path).read_new())
    assert set(history.reasons) == {"completed", "diverged"}, "some have left the stack"
    kept = kept_weights(run, sweep, history)
    weights = load(kept.content)
    for row, net in enumerate(kept.nets[0]):
        if history.reasons[net] == "diverged":
            continue
        (tmp_path / str(net)).mkdir()
        network, _step = load_network(as_run(run, net, tmp_path / str(net)))
        for name, value in network.state_dict().items():
            assert torch.equal(weights[f"0/{name}"][row], value)


@pytest.mark.parametrize("recipe", ["rate-or-seed", "spiral-width", "activation-depth"])
def test_what_must_be_set_makes_the_experiment_of_a_network(recipe: str) -> None:
    sweep = SWEEPS[recipe].sweep
    for net in sweep.nets[:: max(1, len(sweep.nets) // 8)]:
        assert sweep.experiment.with_all(changes(sweep.experiment, net.experiment)) == (
            net.experiment
        )
