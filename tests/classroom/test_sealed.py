"""The sealed test set: fresh points, an accuracy that is right, and every rule of handing in."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nnlab.classroom.challenge import sealed as module
from nnlab.classroom.challenge.beginning import first_experiment
from nnlab.classroom.challenge.challenge import SEALED
from nnlab.classroom.challenge.challenges import Challenges, Look, challenges_of
from nnlab.classroom.challenge.sealed import hand_in, sealed_part, why_not
from nnlab.classroom.classroom import Classroom
from nnlab.config import Flatten, PlaneClasses, Sweep, mlp
from nnlab.data.registry import load
from nnlab.data.toy import CLASS_SETS
from nnlab.errors import NnlabError
from nnlab.models.shapes import trace
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.record.control import CONTROL_FILE as CONTROLS
from nnlab.runs.record.control import ask
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Run, Store, summarise
from nnlab.training.events import CheckpointSaved, to_line
from nnlab.visitor import Visitor
from tests.classroom.contest import (
    ADA,
    BOB,
    LECTURER,
    a_challenge,
    a_class,
    a_run,
    open_one,
    write_events,
)

POINTS = (
    *({"kind": kind} for kind in CLASS_SETS),
    *({"kind": kind} for kind in ("plane", "bumps", "quadratic", "stairs")),
)
TILTED = {"0.weight": torch.tensor([[1.0, -2.0], [-0.5, 0.25]]), "0.bias": torch.tensor([0.3, 0])}


@pytest.fixture
def room(runs_dir: Path) -> Classroom:
    return a_class(runs_dir)


@pytest.fixture
def store(runs_dir: Path) -> Store:
    return Store(runs_dir)


def look(kept: Challenges, store: Store, run: Run, who: Visitor = ADA, number: int = 1) -> Look:
    return hand_in(kept, store, run.id, who, number, store.root.parent / "data")


def refusal(kept: Challenges, store: Store, run: Run, who: Visitor = ADA) -> str:
    """Why it is refused; it must cost no look."""
    with pytest.raises(NnlabError) as refused:
        look(kept, store, run, who)
    assert kept.looks_of(who.person) == []
    return str(refused.value)


# The sealed points --------------------------------------------------------------------------------

SECRET = (3, 1, 4, 1)
"""Not another one each time: of 300 secrets one or two give a point on a curve that a training set
has by chance, as float32 has few there (measured for moons and the parabola)."""


@pytest.mark.parametrize("noise", [0.0, 0.2])
@pytest.mark.parametrize("data", POINTS, ids=lambda data: data["kind"])
def test_no_sealed_point_is_one_that_somebody_trains_on(
    data: dict[str, Any], noise: float, data_dir: Path
) -> None:
    challenge = a_challenge(data={**data, "noise": noise}, goal=0.5, secret=SECRET)
    part = sealed_part(challenge, data_dir)
    assert len(part) == SEALED
    hidden = {row.tobytes() for row in part.x.numpy()}
    assert len(hidden) > SEALED * 0.99
    for seed in (0, 1, challenge.secret[0]):
        splits = load(challenge.data.model_copy(update={"seed": seed}), data_dir)
        for given in (splits.train.x, splits.val.x):
            assert not hidden & {row.tobytes() for row in given.numpy()}


@pytest.mark.parametrize("noise", [0.0, 0.3])
@pytest.mark.parametrize("data", POINTS, ids=lambda data: data["kind"])
def test_sealed_points_are_of_the_same_distribution(
    data: dict[str, Any], noise: float, data_dir: Path
) -> None:
    """Means and spreads, by class, of 5,000 points that train and of the sealed ones."""
    challenge = a_challenge(data={**data, "noise": noise, "points": 5000}, goal=0.5, secret=SECRET)
    part, splits = sealed_part(challenge, data_dir), load(challenge.data, data_dir)
    x = torch.cat([splits.train.x, splits.val.x]).double()
    y = torch.cat([splits.train.y, splits.val.y]).double().flatten()
    labels = [0.0, 1.0] if challenge.task == "classification" else [None]
    for label in labels:
        one = part.y.double().flatten() == label if label is not None else slice(None)
        other = y == label if label is not None else slice(None)
        mine, theirs = part.x.double()[one], x[other]
        error = 5 * theirs.std(0) / len(mine) ** 0.5
        assert (mine.mean(0) - theirs.mean(0)).abs().le(error).all()
        assert mine.std(0) == pytest.approx(theirs.std(0), rel=0.1)
    assert part.y.double().mean() == pytest.approx(float(y.mean()), abs=5 * float(y.std()) / 44)
    assert part.y.double().std() == pytest.approx(float(y.std()), rel=0.12)


def test_sealed_spiral_points_lie_on_the_arm_of_their_class(data_dir: Path) -> None:
    """r = 5s and t = 1.75·2πs, class 0 turned by π: solved for s, from the definition."""
    part = sealed_part(a_challenge(), data_dir)
    x, y = part.x.double().numpy(), part.y.numpy()
    share = np.hypot(x[:, 0], x[:, 1]) / 5
    angle = 1.75 * share * 2 * np.pi + np.where(y == 1, 0, np.pi)
    expected = 5 * share[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    assert np.abs(x - expected).max() < 1e-5


def test_of_pictures_two_thousand_test_pictures_are_drawn(data_dir: Path) -> None:
    challenge = a_challenge(data={"kind": "digits"})
    part, test = sealed_part(challenge, data_dir), load(challenge.data, data_dir).test
    assert test is not None
    assert len(part) == len(test) == 297  # all there are
    assert sorted(part.y.tolist()) == sorted(test.y.tolist())


# The figure ---------------------------------------------------------------------------------------


def test_a_look_tells_the_share_of_right_answers_and_the_mean_loss(
    room: Classroom, store: Store, data_dir: Path
) -> None:
    """Of a linear network with known weights, by NumPy in double precision."""
    kept = open_one(room, data={"kind": "gauss", "noise": 0.3})
    run = a_run(store, data={"kind": "gauss", "noise": 0.3}, weights=TILTED)
    told = look(kept, store, run)
    challenge = kept.challenge
    assert challenge is not None
    part = sealed_part(challenge, data_dir)
    x, y = part.x.double().numpy(), part.y.numpy()
    logits = x @ TILTED["0.weight"].double().numpy().T + TILTED["0.bias"].double().numpy()
    right = logits.argmax(1) == y
    losses = np.log(np.exp(logits).sum(1)) - logits[np.arange(len(y)), y]
    assert told.accuracy == right.mean()
    assert 0 < right.mean() < 1
    assert told.loss == pytest.approx(losses.mean(), rel=1e-5)
    assert (told.parameters, told.step, told.run, told.number) == (6, 250, run.id, 1)


def test_where_a_number_is_predicted_it_tells_the_mean_squared_error(
    room: Classroom, store: Store, data_dir: Path
) -> None:
    kept = open_one(room, data={"kind": "plane"}, goal=0.01)
    run = a_run(store, data={"kind": "plane"}, layers=mlp(outputs=1), loss="mse")
    told = look(kept, store, run)
    assert kept.challenge is not None
    y = sealed_part(kept.challenge, data_dir).y.double().numpy()
    assert told.accuracy is None
    assert told.loss == pytest.approx(np.square(y).mean(), rel=1e-5)  # of a network that says 0


def test_a_look_at_pictures_comes_in_pieces_that_fit_the_memory(
    room: Classroom, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = open_one(room, data={"kind": "digits"}, limits={"parameters": 20_000})
    layers = (Flatten(), *mlp(outputs=10))
    bias = {"1.weight": torch.zeros(10, 784), "1.bias": torch.eye(10)[3]}
    run = a_run(store, data={"kind": "digits"}, layers=layers, weights=bias)
    monkeypatch.setattr(module, "MOST_VALUES", 794 * 7)  # seven pictures at once
    assert kept.challenge is not None
    labels = sealed_part(kept.challenge, store.root.parent / "data").y
    assert look(kept, store, run).accuracy == pytest.approx((labels == 3).double().mean().item())


# What is refused ----------------------------------------------------------------------------------


def test_what_is_within_the_limits_is_taken_to_the_last_one(room: Classroom, store: Store) -> None:
    kept = open_one(
        room, limits={"parameters": 6, "epochs": 10, "steps": 250, "seconds": 2.0}, looks=1
    )
    assert kept.challenge is not None
    run = a_run(store)
    assert why_not(kept.challenge, summarise(run), store, ADA) is None
    assert look(kept, store, run)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"parameters": 5}, "6 parameters, and 5 are allowed"),
        ({"parameters": 9, "epochs": 9}, "10 epochs, and 9 are allowed"),
        ({"parameters": 9, "steps": 249}, "250 steps, and 249 are allowed"),
        ({"parameters": 9, "seconds": 1.9}, "2 seconds of training, and 1.9 are allowed"),
    ],
)
def test_what_is_beyond_a_limit_is_refused_and_named(
    room: Classroom, store: Store, limits: dict[str, Any], said: str
) -> None:
    kept = open_one(room, limits=limits)
    run = a_run(store)
    assert said in refusal(kept, store, run)
    assert kept.challenge is not None
    assert said in str(why_not(kept.challenge, summarise(run), store, ADA))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "xor"}, "they are 'xor', not 'spiral'"),
        ({"kind": "spiral", "noise": 0.1}, "noise is 0.1, not 0.0"),
        ({"kind": "spiral", "points": 5000}, "points is 5000, not 500"),
        ({"kind": "spiral", "train_share": 1.0}, "train_share is 1.0, not 0.5"),
    ],
)
def test_other_data_are_refused_and_named(
    room: Classroom, store: Store, data: dict[str, Any], said: str
) -> None:
    assert said in refusal(open_one(room), store, a_run(store, data=data))


def test_the_seed_of_the_data_may_be_another(room: Classroom, store: Store) -> None:
    assert look(open_one(room), store, a_run(store, data={"kind": "spiral", "seed": 7}))


def test_a_run_of_before_is_refused(room: Classroom, store: Store) -> None:
    kept = open_one(room)
    assert kept.challenge is not None
    run = a_run(store, created=kept.challenge.opened - 1)
    assert "before the challenge opened" in refusal(kept, store, run)


def test_anothers_run_is_refused_though_it_is_shared(room: Classroom, store: Store) -> None:
    run = a_run(store, BOB, shared=True)
    assert "belongs to another person" in refusal(open_one(room), store, run)


@pytest.mark.parametrize(
    ("meta", "who", "said"),
    [
        ({}, BOB, "The run that it branched from belongs to another"),
        ({"created": 1.0}, ADA, "The run that it branched from was made before"),
    ],
)
def test_a_branch_of_what_could_not_be_handed_in_is_refused(
    room: Classroom, store: Store, meta: dict[str, Any], who: Visitor, said: str
) -> None:
    parent = a_run(store, who, **meta)
    middle = a_run(store, parent=parent.id, parent_step=100)
    run = a_run(store, parent=middle.id, parent_step=200)
    assert said in refusal(open_one(room), store, run)


def test_an_own_branch_is_taken_and_one_whose_parent_is_gone_is_refused(
    room: Classroom, store: Store
) -> None:
    kept, parent = open_one(room), a_run(store)
    run = a_run(store, parent=parent.id, parent_step=100)
    assert kept.challenge is not None
    assert why_not(kept.challenge, summarise(run), store, ADA) is None
    store.delete(parent.id)
    assert "was deleted" in refusal(kept, store, run)


def test_runs_that_descend_from_each_other_come_to_an_end(room: Classroom, store: Store) -> None:
    run = a_run(store)
    run.change_meta(parent=run.id)
    assert "more than 50 others" in refusal(open_one(room), store, run)


def test_weights_from_a_file_are_refused(room: Classroom, store: Store) -> None:
    """As `nnlab.export.restore` leaves them, and as they train on."""
    run = a_run(store)
    log = (run.path / EVENTS_FILE).read_text()
    saved = CheckpointSaved(step=0, epoch=0, seconds=0, file="0.pt")
    (run.path / EVENTS_FILE).write_text(f"{to_line(saved)}\n{log}")
    assert "trained elsewhere" in refusal(open_one(room), store, run)


def test_a_run_that_has_not_trained_is_refused(room: Classroom, store: Store) -> None:
    run = a_run(store)
    (run.path / EVENTS_FILE).unlink()
    assert "has not trained yet" in refusal(open_one(room), store, run)


def test_a_sweep_is_refused(room: Classroom, store: Store) -> None:
    run = a_run(store)
    sweep = Sweep.from_dict(
        {
            "experiment": run.experiment.model_dump(mode="json", exclude_defaults=True),
            "axes": [{"path": "model.seed", "values": [0, 1]}],
        }
    )
    made = store.create(sweep.experiment, name="sweep", owner=ADA.owner, sweep=sweep)
    write_events(made, 250, 2.0)
    assert "sweep is many networks" in refusal(open_one(room), store, made)


def test_a_network_that_diverged_is_refused(room: Classroom, store: Store) -> None:
    nan = {"0.weight": torch.full((2, 2), torch.nan), "0.bias": torch.zeros(2)}
    assert "diverged" in refusal(open_one(room), store, a_run(store, weights=nan))


def test_a_network_that_would_take_minutes_is_refused(
    room: Classroom, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2,000 points by two inputs and two outputs, a multiply-add as two operations: 16,000."""
    monkeypatch.setattr(module, "MOST_FLOPS", 15_999)
    kept, run = open_one(room), a_run(store)
    assert "fewer channels" in refusal(kept, store, run)
    monkeypatch.setattr(module, "MOST_FLOPS", 16_000)
    assert look(kept, store, run)


def test_a_run_that_is_not_there_is_refused(room: Classroom, store: Store) -> None:
    kept = open_one(room)
    for name in ("../x", "20260101-000000-abcdef12", ""):
        with pytest.raises(NnlabError):
            hand_in(kept, store, name, ADA, 1, store.root)
    assert kept.looks_of(ADA.person) == []


def test_the_same_network_is_not_asked_twice(room: Classroom, store: Store) -> None:
    kept, run = open_one(room), a_run(store)
    look(kept, store, run)
    with pytest.raises(NnlabError, match="at step 250 already"):
        look(kept, store, run, number=2)
    save_live(run.path, {"0.weight": torch.eye(2), "0.bias": torch.zeros(2)}, 260)
    write_events(run, 260, 2.1)
    assert look(kept, store, run, number=2).number == 2


def test_the_weights_count_not_what_was_last_said_of_them(room: Classroom, store: Store) -> None:
    """A run that trains on: the list saw step 240, the weights are of 300 by now."""
    kept, run = open_one(room, limits={"parameters": 9, "steps": 250}), a_run(store, step=240)
    assert kept.challenge is not None
    assert why_not(kept.challenge, summarise(run), store, ADA) is None
    save_live(run.path, {"0.weight": torch.eye(2), "0.bias": torch.zeros(2)}, 300)
    assert "300 steps" in refusal(kept, store, run)


# How it begins ------------------------------------------------------------------------------------


@pytest.mark.parametrize("parameters", [6, 30, 100, 200, 50_000])
@pytest.mark.parametrize("kind", ["spiral", "bumps", "xsinx", "digits"])
def test_the_first_network_stays_within_the_limits(kind: str, parameters: int) -> None:
    challenge = a_challenge(
        data={"kind": kind}, limits={"parameters": parameters, "steps": 99}, goal=0.5
    )
    experiment = first_experiment(challenge)
    assert experiment.data == challenge.data
    assert (experiment.training.steps, experiment.training.epochs) == (99, None)
    shape = (1, 28, 28) if kind == "digits" else (1,) if kind == "xsinx" else (2,)
    received = sum(row.parameters for row in trace(experiment.model.layers, shape))
    assert received <= parameters or (kind == "digits" and received == 7_850)


def test_a_first_network_trains_and_is_handed_in(
    room: Classroom, store: Store, data_dir: Path
) -> None:
    from nnlab.runs.workers.worker import train

    kept = open_one(room, data={"kind": "gauss"}, limits={"parameters": 200, "epochs": 3})
    assert kept.challenge is not None
    run = store.create(first_experiment(kept.challenge), name="first", owner=ADA.owner)
    list(train(run, data_dir=data_dir))
    told = look(kept, store, run)
    assert told.accuracy is not None
    assert told.accuracy > 0.9
    assert challenges_of(room).looks_of(ADA.person) == [told]
    kept.reveal(LECTURER)
    assert isinstance(kept.challenge.data, PlaneClasses)


@pytest.mark.parametrize("of_parent", [False, True])
def test_weights_that_were_set_by_hand_are_refused(
    of_parent: bool, room: Classroom, store: Store
) -> None:
    """Else a program sets all of a network that was trained elsewhere, one by one."""
    parent = a_run(store)
    run = a_run(store, parent=parent.id)
    ask(run.path, path="training.optimizer.lr", value=0.1)
    ask(run.path, "pause")
    kept = open_one(room)
    assert kept.challenge is not None
    assert why_not(kept.challenge, summarise(run), store, ADA) is None
    ask((parent if of_parent else run).path, path="weights.0.weight.1.0", value=0.5)
    assert "set by hand" in refusal(kept, store, run)


def test_more_than_can_be_looked_through_is_refused(room: Classroom, store: Store) -> None:
    run = a_run(store)
    (run.path / CONTROLS).write_bytes(b"{}\n" * 2_000_000)
    assert "too many changes" in refusal(open_one(room), store, run)
