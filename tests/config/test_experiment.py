"""What an experiment takes, and what it says of all else: place, received, mend."""

import contextlib
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.config import (
    Activation,
    Adam,
    Experiment,
    Linear,
    LogSoftmax,
    Model,
    NormalInit,
    PlaneValues,
    Training,
    mlp,
)
from nnlab.errors import InvalidExperimentError
from tests.config.experiments import experiments, plain


def written() -> dict:
    return json.loads(plain().to_json())


def refusal(value: object) -> str:
    with pytest.raises(InvalidExperimentError) as caught:
        Experiment.from_json(json.dumps(value))
    return str(caught.value)


def refused_set(path: str, value: object) -> str:
    with pytest.raises(InvalidExperimentError) as caught:
        plain().with_set(path, value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("data", {"kind": "cirle"}, r"data: Unknown kind 'cirle'. Valid: circle, xor, .*'circle'"),
        ("data.noise", 7, r"data.noise: .*less than or equal to 0.5, got 7"),
        ("data.classes", 3, r"data: 'circle' has 2 classes, not 3: take 'blobs'"),
        ("data.points", 0, r"data.points: .*greater than or equal to 10, got 0"),
        (
            "training.optimizer",
            {"kind": "adamm"},
            r"training.optimizer: Unknown kind 'adamm'. Valid: sgd, adam, adamw, rmsprop.*'adam'",
        ),
        ("training.optimizer", {"lr": 1}, r"training.optimizer: needs a 'kind', got {'lr': 1}"),
        (
            "training.optimizer",
            {"kind": "sgd", "learning_rate": 1},
            r"training.optimizer.learning_rate: Unknown name .* Valid: kind, lr, momentum",
        ),
        ("training.loss", "hinge", r"training.loss: 'hinge' is not valid. Valid: 'cross_entropy'"),
        ("training.epochs", None, r"training: a run needs a budget: set epochs, steps"),
        ("training.batch_size", "al", r"training.batch_size: .*'al'"),
        ("model.layers.1", {"kind": "rellu"}, r"model.layers.1: Unknown kind 'rellu'.*'relu'"),
        ("model.layers.0.width", 4, r"Unknown name 'width'. Valid: .*out_features"),
        ("model.layers.9.bias", 4, r"model.layers.9.bias: '9' does not exist.*a list of 3"),
        ("model.layers", [], r"model.layers: .*at least 1 item"),
        ("training.momentum", 1, r"Unknown name 'momentum'. Valid: loss, optimizer"),
        ("training.epochs.x", 1, r"'x' does not exist, the path ends at the value 3"),
        ("", 1, r"Unknown name ''. Valid: schema_version, data, model, training"),
    ],
)
def test_a_message_names_the_place_what_was_received_and_the_mend(
    path: str, value: object, said: str
):
    assert re.search(said, refused_set(path, value))


def test_a_missing_part_is_named():
    value = written()
    del value["model"]
    assert refusal(value) == "model: missing."


def test_text_that_is_no_json_is_refused():
    with pytest.raises(InvalidExperimentError, match="not JSON"):
        Experiment.from_json("{'data':")


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity", "1e999", "1" + "0" * 400])
def test_a_number_that_is_none_is_refused(constant: str):
    text = plain(l1=0.125).to_json().replace("0.125", constant)
    with pytest.raises(InvalidExperimentError, match=r"training\.l1"):
        Experiment.from_json(text)


def test_json_as_deep_as_the_stack_is_refused():
    with pytest.raises(InvalidExperimentError):
        Experiment.from_json('{"data":' + "[" * 100_000)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
PATHS = st.sampled_from(
    [
        *("data", "data.kind", "data.points", "data.noise", "data.seed"),
        *("model", "model.layers", "model.layers.0", "model.layers.0.init", "model.layers.1.kind"),
        *("training", "training.optimizer", "training.optimizer.lr", "training.optimizer.kind"),
        *("training.schedule", "training.batch_size", "training.seed"),
    ]
)


@settings(max_examples=100, deadline=None)
@given(PATHS, ANY_JSON)
def test_whatever_is_set_gives_an_experiment_or_a_message(path: str, value: object):
    with contextlib.suppress(InvalidExperimentError):
        assert isinstance(plain().with_set(path, value), Experiment)


def test_the_union_is_told_apart_by_kind():
    value = written()
    value["training"]["optimizer"] = {"kind": "adamw", "betas": [0.8, 0.9]}
    value["model"]["layers"][0]["init"] = {"kind": "normal", "std": 0.5}
    experiment = Experiment.from_dict(value)
    assert experiment.training.optimizer == Adam(kind="adamw", betas=(0.8, 0.9))
    first = experiment.model.layers[0]
    assert isinstance(first, Linear)
    assert first.init == NormalInit(std=0.5)
    assert experiment.model.layers[1] == Activation(kind="relu")


def test_an_experiment_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        plain().data.seed = 3  # ty: ignore[invalid-assignment]


# with_set ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("training.optimizer.lr", 0.5),
        ("training.epochs", 9),
        ("training.schedule", {"kind": "step", "step_size": 2}),
        ("model.layers.0.bias", False),
        ("model.layers.0.init", {"kind": "zeros"}),
        ("data.noise", 0.25),
        ("data.kind", "digits"),
        ("training.optimizer.kind", "adam"),
    ],
)
def test_set_changes_the_field_and_nothing_else(path: str, value: object):
    changed = plain().with_set(path, value)
    *parents, last = path.split(".")
    place: Any = changed.model_dump(mode="json", exclude_defaults=True)
    for name in parents:
        place = place[int(name) if isinstance(place, list) else name]
    assert place[last] == value
    back = changed
    for part in ("data", "model", "training"):
        back = back.with_set(part, plain().model_dump(mode="json")[part])
    assert back == plain()
    others = {"data", "model", "training"} - {parents[0]}
    assert all(getattr(changed, name) == getattr(plain(), name) for name in others)


def test_set_reaches_one_number_of_a_pair():
    changed = plain(optimizer={"kind": "adam"}).with_set("training.optimizer.betas.0", 0.5)
    assert changed.training.optimizer == Adam(kind="adam", betas=(0.5, 0.999))


@settings(max_examples=40, deadline=None)
@given(experiments(), st.integers(0, 2**32 - 1))
def test_each_seed_is_set_apart_from_the_others(experiment: Experiment, seed: int):
    for part in ("data", "model", "training"):
        changed = experiment.with_set(f"{part}.seed", seed)
        assert getattr(changed, part).seed == seed
        for other in {"data", "model", "training"} - {part}:
            assert getattr(changed, other) == getattr(experiment, other)


# what goes together --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "loss", "last", "fits"),
    [
        ("circle", "cross_entropy", None, True),
        ("circle", "nll", "log_softmax", True),
        ("circle", "nll", None, False),
        ("circle", "cross_entropy", "log_softmax", False),
        ("circle", "mse", None, False),
        ("plane", "mse", None, True),
        ("plane", "cross_entropy", None, False),
        ("quadratic", "nll", "log_softmax", False),
        ("digits", "mse", None, False),
    ],
)
def test_the_loss_fits_the_task_and_the_last_layer(
    data: str, loss: str, last: str | None, fits: bool
):
    value = written()
    value["data"] = {"kind": data}
    value["training"]["loss"] = loss
    if last:
        value["model"]["layers"].append({"kind": last})
    if fits:
        assert Experiment.from_dict(value).training.loss == loss
    else:
        assert f"loss={loss!r}" in refusal(value)


def test_the_task_follows_from_the_data():
    assert plain().task == "classification"
    value = Experiment(
        data=PlaneValues(kind="plane"),
        model=Model(layers=mlp(outputs=1)),
        training=Training(loss="mse", epochs=1),
    )
    assert value.task == "regression"


def test_nesterov_asks_for_momentum():
    sgd = {"kind": "sgd", "nesterov": True}
    assert "nesterov needs a momentum" in refused_set("training.optimizer", sgd)


def test_ragged_rows_of_points_are_refused():
    ragged = {"kind": "points", "rows": [[0, 0, 1], [1, 1]]}
    assert "same numbers" in refused_set("data", ragged)


def test_mlp_writes_the_layers_of_a_perceptron():
    layers = mlp(8, 4, outputs=3, activation="tanh", dropout=0.5)
    kinds = [layer.kind for layer in layers]
    assert kinds == ["linear", "tanh", "dropout", "linear", "tanh", "dropout", "linear"]
    widths = [layer.out_features for layer in layers if isinstance(layer, Linear)]
    assert widths == [8, 4, 3]
    assert [layer.kind for layer in mlp(8, outputs=1, activation=None)] == ["linear", "linear"]
    assert LogSoftmax().kind == "log_softmax"
