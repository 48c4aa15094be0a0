"""The scripts: each prints, to the last digit, the loss that its run has ended with."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from nnlab import recipes
from nnlab.config import (
    Activation,
    BatchNorm,
    Conv2d,
    Csv,
    Curve,
    Dropout,
    Experiment,
    Features,
    Flatten,
    Images,
    Linear,
    LogSoftmax,
    Model,
    Normalize,
    PlaneClasses,
    PlaneValues,
    Points,
    Training,
    mlp,
)
from nnlab.config.data import Data
from nnlab.config.layers import Layer
from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.export.restore import restore
from nnlab.export.script import script
from nnlab.models.code import Style
from nnlab.runs.record.checkpoints import load_checkpoint, load_live, save_checkpoint
from nnlab.runs.record.control import FileControls
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.rewind.branch import branch as branch_off
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from tests.export.conftest import train_to_the_end

Trained = Callable[..., tuple[Run, float]]
Elsewhere = Callable[..., str]

STYLES: tuple[Style, ...] = get_args(Style)
MOONS = PlaneClasses(kind="moons", points=90, noise=0.1, seed=3)


def experiment(
    data: Data = MOONS,
    layers: tuple[Layer, ...] = mlp(5, outputs=2, activation="tanh"),
    **training: Any,
) -> Experiment:
    """Some 45 examples in batches of 10, so the last batch of an epoch is shorter."""
    made = Training.model_validate({"steps": 47, "seed": 5, "batch_size": 10, **training})
    return Experiment(data=data, model=Model(layers=layers, seed=4), training=made)


def styles_of(recipe: str) -> tuple[Style, ...]:
    """All three; of the published ones that read MNIST one after the other, since reading takes."""
    found = recipes.get(recipe)
    if found.group == "start here" or "mnist" not in found.experiment.data.kind:
        return STYLES
    return (STYLES[list(recipes.RECIPES).index(recipe) % len(STYLES)],)


def test_each_style_is_that_of_some_published_recipe_on_mnist() -> None:
    alone = [styles_of(name) for name in recipes.RECIPES]
    assert {styles[0] for styles in alone if len(styles) == 1} == set(STYLES)


@pytest.mark.parametrize("recipe", recipes.RECIPES)
def test_every_recipe_comes_out_the_same_in_its_styles(
    recipe: str,
    store: Store,
    datasets_dir: Path,
    elsewhere: Elsewhere,
    few_strokes: None,
) -> None:
    short = recipes.get(recipe).experiment.with_set("training.steps", 33)
    reads_files = "mnist" in short.data.kind or "strokes" in short.data.kind
    if "mnist" in short.data.kind:
        short = short.with_set("data.train_size", 2500)
    run = store.create(short, name=recipe)
    loss = train_to_the_end(run, datasets_dir)
    for style in styles_of(recipe):
        source = script(run, style)
        assert "nnlab" not in source
        arguments = ["--data", datasets_dir] if reads_files else []
        assert elsewhere(source, *arguments) == f"train_loss {loss!r}\n"


BUMPS = PlaneValues(kind="bumps", points=80, seed=2)
ROWS = ((0.0, 1.0, 0), (1.5, -1.0, 1), (2.0, 0.5, 1), (-1.0, 0.25, 0), (0.5, 0.5, 1), (0.1, 0, 0))
REGULAR = (
    Linear(out_features=6),
    BatchNorm(),
    Activation(kind="gelu"),
    Dropout(p=0.3),
    Linear(out_features=2),
    LogSoftmax(),
)
EXPERIMENTS = {
    "sampling with replacement, penalty and clipping": experiment(
        sampling="replacement",
        optimizer={"kind": "sgd", "lr": 0.1, "momentum": 0.9, "nesterov": True},
        l1=0.002,
        clip_norm=0.3,
    ),
    "gradients that are kept": experiment(zero_grad=False, optimizer={"kind": "sgd", "lr": 1e-3}),
    "the whole data as one batch": experiment(batch_size="all"),
    "batch norm, dropout, nll and a schedule by epoch": experiment(
        layers=REGULAR,
        loss="nll",
        optimizer={"kind": "adamw", "weight_decay": 0.1},
        schedule={"kind": "step", "step_size": 2, "gamma": 0.5},
    ),
    "dropout, adam and one cycle": experiment(
        layers=mlp(6, outputs=2, dropout=0.4),
        optimizer={"kind": "adam", "lr": 0.05},
        schedule={"kind": "one_cycle", "cycle_momentum": True, "anneal_strategy": "linear"},
    ),
    "cosine, not fused, two threads": experiment(
        optimizer={"kind": "adam"}, schedule={"kind": "cosine"}, fused=False, threads=2
    ),
    "exponential, epochs, early stopping": experiment(
        optimizer={"kind": "sgd", "lr": 0.5},
        schedule={"kind": "exponential"},
        steps=None,
        epochs=400,
        early_stopping={"patience": 2, "min_delta": 0.05},
    ),
    "regression of numbers in the plane": experiment(
        data=BUMPS,
        layers=(Features(names=("x1", "x2^2", "sin(x1)")), *mlp(4, outputs=1)),
        loss="mse",
        optimizer={"kind": "rmsprop", "momentum": 0.5},
    ),
    "regression of a curve": experiment(
        data=Curve(kind="xsinx", noise=0.1), layers=mlp(4, outputs=1), loss="mse"
    ),
    "a table of fewer rows than a batch": experiment(data=Points(rows=ROWS[:4], train_share=1)),
    "a person's own points": experiment(data=Points(rows=ROWS, train_share=1), batch_size=4),
    "columns of a table": experiment(
        data=Csv(
            text="cm,kg,kind\n180,81.5,a\n165,70,b\n172,64.25,b\n191,99,a\n",
            inputs=("cm", "kg"),
            target="kind",
            classes=("a", "b"),
            points=4,
            train_share=1,
        ),
        layers=(Normalize(mean=(177.0, 80.0), std=(4.0, 7.1)), *mlp(5, outputs=2)),
        batch_size=3,
    ),
    "some of the pictures": experiment(
        data=Images(kind="digits", train_size=55, seed=6),
        layers=recipes.get("digits-mlp").experiment.model.layers,
        steps=13,
    ),
    "pictures changed at random, some of them": experiment(
        data=Images(kind="digits", train_size=55, seed=6),
        layers=recipes.get("digits-mlp").experiment.model.layers,
        steps=13,
        augment={"shift": 2, "rotate": 10, "scale": 0.1, "shear": 5, "stroke": 0.4, "elastic": 0.5},
    ),
    **{
        f"convolutions with channels last, {style}": experiment(
            data=Images(kind="digits", train_size=55, seed=6),
            layers=(
                Normalize(),
                Conv2d(out_channels=5),
                Activation(kind="relu"),
                Conv2d(out_channels=8, stride=2),
                Flatten(),
                Linear(out_features=10),
            ),
            steps=13,
            optimizer={"kind": "adam", "lr": 0.01},
            channels_last=True,
        )
        for style in STYLES
    },
    "pictures changed at random, by a network that normalises them": experiment(
        data=Images(kind="digits", train_size=55, seed=6),
        layers=(Normalize(), Conv2d(out_channels=3), Flatten(), Dropout(), Linear(out_features=10)),
        steps=13,
        augment={"stroke": 1},
    ),
}


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_way_of_training_comes_out_the_same(
    name: str, trained: Trained, elsewhere: Elsewhere
) -> None:
    run, loss = trained(EXPERIMENTS[name])
    style = STYLES[list(EXPERIMENTS).index(name) % 3]
    assert elsewhere(script(run, style)) == f"train_loss {loss!r}\n"


LIVE = (
    (12, "training.optimizer.lr", 0.2),
    (12, "weights.0.weight.3.1", -1.5),
    (20, "training.optimizer.momentum", 0.8),
    (23, "training.l1", 0.01),
    (23, "training.clip_norm", 0.25),
    (31, "training.clip_norm", None),
    (31, "weights.2.bias.0", 0.123456789),
    (31, "training.optimizer.lr", "none"),  # refused, and so no part of what happened
    (38, "training.optimizer.lr", 0.07),
    (43, "stop", None),  # in the middle of an epoch
)


@pytest.mark.parametrize("style", STYLES)
def test_live_changes_are_made_at_their_steps_and_a_stopped_run_stops(
    style: Style, trained: Trained, elsewhere: Elsewhere
) -> None:
    run, loss = trained(experiment(optimizer={"kind": "sgd", "lr": 0.05}), *LIVE)
    source = script(run, style)
    assert elsewhere(source) == f"train_loss {loss!r}\n"
    assert "train(until=43)" in source
    without = source.replace("-1.5\n", "0.5\n")
    assert without != source
    assert elsewhere(without) != f"train_loss {loss!r}\n"


def test_a_live_rate_scales_the_rest_of_a_schedule(trained: Trained, elsewhere: Elsewhere) -> None:
    cosine = experiment(optimizer={"kind": "adam", "lr": 0.02}, schedule={"kind": "cosine"})
    run, loss = trained(
        cosine, (10, "training.optimizer.lr", 0.11), (30, "training.optimizer.lr", 0.03)
    )
    assert elsewhere(script(run, "sequential")) == f"train_loss {loss!r}\n"


def branch(store: Store, parent: Run, step: int) -> Run:
    """As any branch is made: a run whose first checkpoint is the parent's state at that step."""
    (path,) = [path for path in list_checkpoints(parent.path) if int(path.stem) == step]
    run = store.create(parent.experiment, name="branch", parent=parent.id, parent_step=step)
    save_checkpoint(run.path, load_checkpoint(path))
    return run


def test_branches_of_branches_are_phases(
    trained: Trained, store: Store, data_dir: Path, elsewhere: Elsewhere
) -> None:
    changes = [(7, "training.optimizer.lr", 0.1), (30, "training.l1", 0.5)]
    parent, _ = trained(experiment(layers=REGULAR, loss="nll"), *changes, (22, "checkpoint", None))
    child = branch(store, parent, 22)
    later = [(22, "training.optimizer.lr", 0.3), (24, "weights.0.bias.1", 2.0)]
    train_to_the_end(child, data_dir, [*later, (33, "checkpoint", None)])
    grandchild = branch(store, child, 33)
    loss = train_to_the_end(grandchild, data_dir, [(40, "training.optimizer.momentum", 0.5)])
    source = script(grandchild, "module")
    assert elsewhere(source) == f"train_loss {loss!r}\n"
    assert source.count("# Branch 'branch' at step") == 2


def test_a_branch_made_by_the_lab_comes_out_the_same(
    trained: Trained, store: Store, data_dir: Path, elsewhere: Elsewhere
) -> None:
    parent, _ = trained(experiment(), (5, "training.optimizer.lr", 0.3))
    changes = {"training.optimizer.lr": 0.01, "weights.0.weight.1.1": 0.75, "training.steps": 60}
    child = branch_off(store, parent, 29, changes, name="less", data_dir=data_dir)
    controls = FileControls(child.path, since=0, is_orphan=lambda: False)
    *_, last = train(child, data_dir=data_dir, device="cpu", controls=controls)
    source = script(child, "sequential")
    assert elsewhere(source) == f"train_loss {last.model_dump()['train_loss']!r}\n"
    assert "train(until=60)" in source
    assert "network[0].weight[1, 1] = 0.75" in source


@pytest.mark.parametrize("is_before", [True, False])
def test_a_branch_takes_a_change_of_its_very_step_only_if_the_state_holds_it(
    is_before: bool, trained: Trained, store: Store, data_dir: Path, elsewhere: Elsewhere
) -> None:
    asked = [(22, "weights.0.weight.0.0", 3.0), (22, "checkpoint", None)]
    parent, _ = trained(experiment(), *(asked if is_before else reversed(asked)))
    child = branch(store, parent, 22)
    loss = train_to_the_end(child, data_dir)
    source = script(child, "tensors")
    assert ("weight1[0, 0] = 3.0" in source) == is_before
    assert elsewhere(source) == f"train_loss {loss!r}\n"


def test_a_resumed_run_has_forgotten_what_came_after_its_checkpoint(
    trained: Trained, data_dir: Path, elsewhere: Elsewhere
) -> None:
    asked = [(10, "training.optimizer.lr", 0.2), (15, "checkpoint", None), (20, "training.l1", 0.1)]
    run, first = trained(experiment(), *asked, (31, "stop", None))
    list_checkpoints(run.path)[-1].unlink()  # as a crash would have it
    loss = train_to_the_end(run, data_dir)
    assert loss != first
    assert elsewhere(script(run, "module")) == f"train_loss {loss!r}\n"


def test_what_an_accelerator_trained_goes_there(trained: Trained, elsewhere: Elsewhere) -> None:
    """There is none here: with its name changed back the script must still come out the same."""
    run, loss = trained(EXPERIMENTS["batch norm, dropout, nll and a schedule by epoch"])
    log = run.path / "events.jsonl"
    log.write_text(log.read_text().replace('"device":"cpu"', '"device":"NVIDIA H200"'))
    for style in STYLES:
        source = script(run, style)
        assert source.count('.to("cuda")') == 4
        assert elsewhere(source.replace('"cuda"', '"cpu"')) == f"train_loss {loss!r}\n"


def test_a_run_that_diverged_has_no_loss_to_promise(store: Store, data_dir: Path) -> None:
    wild = experiment(data=BUMPS, layers=mlp(4, outputs=1, activation=None), loss="mse")
    wild = wild.with_set("training.optimizer", {"kind": "sgd", "lr": 900})
    run = store.create(wild, name="wild")
    *_, last = train(run, data_dir=data_dir)
    assert last.model_dump()["reason"] == "diverged"
    assert "no loss is known, the run diverged" in script(run, "module")


def test_a_script_runs_by_itself_and_says_what_it_is(trained: Trained, tmp_path: Path) -> None:
    run, loss = trained(experiment())
    path = tmp_path / "alone.py"
    path.write_text(script(run, "module"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(path)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (f"train_loss {loss!r}\n", "")
    assert run.id in path.read_text(encoding="utf-8")


def test_where_scripts_run_there_is_no_nnlab(elsewhere: Elsewhere) -> None:
    assert "No module named 'nnlab'" in elsewhere("import nnlab")


def test_a_script_is_formatted_as_the_project_itself(
    trained: Trained, store: Store, tmp_path: Path
) -> None:
    run, _ = trained(experiment(optimizer={"kind": "sgd", "lr": 0.05}), *LIVE)
    cycle, _ = trained(EXPERIMENTS["dropout, adam and one cycle"])
    pictures, _ = trained(EXPERIMENTS["some of the pictures"])
    for number, made in enumerate((run, cycle, pictures)):
        for style in STYLES:
            source = script(made, style)
            (tmp_path / f"script{number}_{style}.py").write_text(source, encoding="utf-8")
    for command in (("format", "--check"), ("check", "--select", "E,F,W,I")):
        options = ["--isolated", "--line-length", "100", str(tmp_path)]
        ruff = [sys.executable, "-m", "ruff", *command, *options]
        checked = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout


def test_a_run_that_has_not_trained_is_refused(store: Store) -> None:
    run = store.create(experiment(), name="waiting")
    with pytest.raises(NnlabError, match="has not trained yet: let it train first"):
        script(run, "module")


def test_a_branch_whose_parent_is_gone_is_refused(
    trained: Trained, store: Store, data_dir: Path
) -> None:
    parent, _ = trained(experiment(), (22, "checkpoint", None))
    child = branch(store, parent, 22)
    train_to_the_end(child, data_dir)
    store.delete(parent.id)
    with pytest.raises(RunNotFoundError, match=f"branched from {parent.id}, which was deleted"):
        script(child, "module")


def test_restored_weights_are_refused_even_once_they_have_trained_on(
    trained: Trained, store: Store, data_dir: Path
) -> None:
    run, _ = trained(experiment())
    live = load_live(run.path)
    assert live is not None
    restored = restore(store, run.experiment, live[1], "brought")
    train_to_the_end(restored, data_dir)
    with pytest.raises(NnlabError, match="began with weights from a file"):
        script(restored, "module")
