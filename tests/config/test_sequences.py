"""Sequences in an experiment: what is filled in, and what is refused with the mend."""

import json
import math

import pytest

from nnlab.config import (
    Activation,
    Adam,
    Attention,
    Axis,
    Embedding,
    Experiment,
    Flatten,
    LayerNorm,
    Linear,
    Model,
    PlaneClasses,
    Positions,
    Sequences,
    Sweep,
    Training,
    from_link,
    mlp,
    to_link,
)
from nnlab.config.data import Data, most_sequences
from nnlab.config.layers import Layer
from nnlab.errors import InvalidExperimentError

LAYERS: tuple[Layer, ...] = (
    Embedding(num_embeddings=10, embedding_dim=8),
    Positions(),
    Attention(),
    LayerNorm(),
    Linear(out_features=10),
)


def experiment(data: Data, layers: tuple[Layer, ...], **training: object) -> Experiment:
    return Experiment.from_dict(
        {
            "data": data.model_dump(),
            "model": {"layers": [layer.model_dump() for layer in layers]},
            "training": {"epochs": 2, **training},
        }
    )


def test_the_task_alone_is_a_valid_choice_and_the_rest_follows_from_it():
    assert Sequences() == Sequences(
        task="copy", length=8, symbols=10, examples=5000, train_share=0.8, seed=0
    )
    brackets = Sequences(task="brackets", length=16)
    assert (brackets.symbols, brackets.examples) == (2, 2860)
    assert Sequences(length=3, symbols=5).examples == 125


@pytest.mark.parametrize("pairs", range(1, 9))
def test_there_are_twice_as_many_brackets_as_the_number_of_catalan(pairs):
    # By its recursion: C(n + 1) = sum of C(i) · C(n - i).
    catalan = [1]
    for n in range(pairs):
        catalan.append(sum(catalan[i] * catalan[n - i] for i in range(n + 1)))
    assert most_sequences("brackets", 2 * pairs, 2) == 2 * catalan[pairs]
    assert most_sequences("copy", 2 * pairs, 3) == math.prod([3] * 2 * pairs)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"task": "brackets", "length": 7}, r"brackets come in pairs.*got 7: take 8"),
        ({"task": "brackets", "length": 12, "symbols": 3}, r"2 symbols.*not 3: leave symbols out"),
        (
            {"task": "brackets", "length": 16, "examples": 5000},
            r"at most 2,860 examples.*half of them balanced.*got examples=5,000: take fewer",
        ),
        ({"task": "brackets"}, r"at most 28 examples.*take a greater length, from 12 on"),
        ({"length": 2, "symbols": 4}, r"at most 16 examples.*greater length or more symbols"),
        ({"length": 17}, r"data\.length: .*less than or equal to 16, got 17"),
        ({"symbols": 1}, r"data\.symbols: .*greater than or equal to 2, got 1"),
        ({"examples": 20_001}, r"data\.examples: .*20000"),
        ({"length": "x"}, r"data\.length: .*got 'x'"),
        ({"length": 10**30}, r"data\.length"),
        ({"task": "shuffle"}, r"data\.task: 'shuffle' is not valid"),
        ({"task": ["copy"]}, r"data\.task"),
        ({"noise": 0.1}, r"data\.noise: Unknown name 'noise'\. Valid: kind, task, length"),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_mend(given, said):
    whole = json.loads(experiment(Sequences(), LAYERS).to_json())
    whole["data"] = {"kind": "sequences", **given}
    with pytest.raises(InvalidExperimentError, match=said):
        Experiment.from_dict(whole)


@pytest.mark.parametrize(
    ("data", "layers", "said"),
    [
        (Sequences(), mlp(4, outputs=10), r"need embedding as the first layer, got 'linear'"),
        (Sequences(symbols=12), LAYERS, r"12 symbols, and embedding has rows for 10: set its"),
        (PlaneClasses(kind="moons"), LAYERS, r"tokens of sequences, and the data are 'moons'"),
        (Sequences(), (*LAYERS, LAYERS[0]), r"first layer alone: leave the other one out"),
    ],
)
def test_an_embedding_is_the_first_layer_of_sequences_and_of_nothing_else(data, layers, said):
    with pytest.raises(InvalidExperimentError, match=said):
        experiment(data, layers)


def test_such_an_experiment_comes_back_from_json_and_from_a_link():
    made = experiment(
        Sequences(task="brackets", length=14, examples=300, seed=7),
        (
            Embedding(num_embeddings=2, embedding_dim=4),
            Attention(heads=2, causal=True, residual=False),
            LayerNorm(eps=1e-6),
            Activation(kind="relu"),
            Flatten(),
            Linear(out_features=2),
        ),
    )
    assert Experiment.from_json(made.to_json()) == made
    assert from_link(to_link(made)) == made


def test_changing_the_task_of_an_experiment_is_one_field():
    sort = experiment(Sequences(), LAYERS).with_set("data.task", "sort")
    assert sort.data == Sequences(task="sort")


@pytest.mark.parametrize("order", [1, -1])
def test_what_goes_together_is_set_together_in_any_order(order: int) -> None:
    """A message says to set the other field: that has to work wherever it is written."""
    changes: list[tuple[str, object]] = [
        ("data.symbols", 12),
        ("model.layers.0.num_embeddings", 12),
    ]
    found = experiment(Sequences(), LAYERS).with_all(changes[::order])
    assert found.data == Sequences(symbols=12)
    assert found.model.layers[0] == Embedding(num_embeddings=12, embedding_dim=8)


def test_of_changes_that_go_together_half_is_refused():
    changes = [("data", {"kind": "sequences", "symbols": 12}), ("data.seed", 3)]
    with pytest.raises(InvalidExperimentError, match=r"embedding has rows for 10"):
        experiment(Sequences(), LAYERS).with_all(changes)


def test_a_loss_and_the_last_layer_that_it_needs_are_set_together():
    brackets = Sequences(task="brackets", length=12)
    layers = (*LAYERS[:1], Flatten(), Linear(out_features=2), Activation(kind="relu"))
    one = experiment(brackets, layers)
    changes = [("training.loss", "nll"), ("model.layers.3", {"kind": "log_softmax"})]
    assert one.with_all(changes) == one.with_all(changes[::-1])
    assert one.with_all(changes).training.loss == "nll"


def test_sequences_are_not_swept_and_the_message_says_what_to_do():
    one = experiment(Sequences(), LAYERS)
    with pytest.raises(InvalidExperimentError, match=r"'sequences': train each alone, as in"):
        Sweep.from_dict(
            {
                "experiment": json.loads(one.to_json()),
                "axes": [{"path": "model.seed", "values": "0..3"}],
            }
        )
    with pytest.raises(InvalidExperimentError, match=r"sequences have the engine module"):
        one.with_set("engine", "stack")


def test_a_layer_norm_on_the_plane_is_not_swept_either():
    layers = (Linear(out_features=4), LayerNorm(), Linear(out_features=2))
    one = Experiment(
        data=PlaneClasses(kind="circle"),
        model=Model(layers=layers),
        training=Training(optimizer=Adam(kind="adam"), epochs=1),
    )
    swept = Sweep(experiment=one, axes=(Axis(path="model.seed", values="0..1"),))
    with pytest.raises(InvalidExperimentError, match=r"no layer 'layer_norm': leave it out"):
        assert swept.nets
