"""What the Playground's form says and reads, without a page: layers, looks, hidden parts."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.config import (
    Activation,
    Csv,
    Dropout,
    Experiment,
    Images,
    Linear,
    PlaneClasses,
    PlaneValues,
    Points,
    from_link,
    mlp,
    to_link,
)
from nnlab.config.live_fields import live_changes
from nnlab.data import curves, toy
from nnlab.data.registry import load
from nnlab.errors import InvalidExperimentError, NnlabError
from nnlab.recipes import get
from nnlab.scene.extent import extent_of, limit_of
from nnlab.training.check import plan
from nnlab.ui.playground.form.data import SETS, data_widgets, problem_of
from nnlab.ui.playground.form.form import widget_values
from nnlab.ui.playground.form.layers import MAX_LAYERS, Hidden, Mlp, compose, recognise
from nnlab.ui.playground.form.thumbnails import thumbnail
from nnlab.ui.session.chart_options import Look
from nnlab.ui.session.hide import PARTS, read_hidden, style_of
from tests.config.experiments import experiments

HIDDEN = st.builds(
    Hidden,
    width=st.integers(1, 16),
    activation=st.sampled_from([None, "relu", "tanh", "silu"]),
    batch_norm=st.booleans(),
    dropout=st.sampled_from([0.0, 0.3]),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(experiments(with_sequences=False))
def test_two_hundred_random_links_give_widgets_and_a_plan_or_a_message(tmp_path_factory, given):
    found = from_link(to_link(given))
    assert found == given
    if isinstance(found.data, Images | Csv):
        return
    values = widget_values(found)
    assert values["dataset"] in {*SETS[problem_of(found.data)], "points"}
    assert 0 <= values["hidden_layers"] <= MAX_LAYERS
    try:
        splits = load(found.data, tmp_path_factory.getbasetemp())
        plan(found, splits.info, len(splits.train))
    except NnlabError:  # a message
        return
    low, high = extent_of(found.data, splits)
    assert low == -high < 0
    assert limit_of(found.data, splits) > 0


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(HIDDEN, max_size=MAX_LAYERS), st.sampled_from([None, ("x1",), ("x2", "cos(x1)")]))
def test_what_the_form_says_of_layers_is_read_back_from_them(hidden, inputs):
    said = Mlp(inputs, tuple(hidden))
    assert recognise(compose(said, 3)) == said


@pytest.mark.parametrize(
    "layers",
    [
        (Linear(out_features=2, bias=False),),
        (Activation(kind="relu"), *mlp(3, outputs=2)),
        (Linear(out_features=3), Dropout(p=0.1), Activation(kind="relu"), Linear(out_features=2)),
        (*mlp(3, outputs=2), Activation(kind="relu")),
        mlp(*[2] * (MAX_LAYERS + 1), outputs=2),
    ],
    ids=["no bias", "activation first", "dropout before", "activation last", "too deep"],
)
def test_a_network_of_another_form_is_not_mistaken_for_one_of_the_form(layers):
    assert recognise(layers) is None


def test_bumps_are_those_of_tensorflow_playground():
    """src/dataset.ts, done anew: regressGaussian at points of its own."""
    x, y = toy.bumps(PlaneValues(kind="bumps", points=200))
    for (x1, x2), value in zip(x.tolist(), y[:, 0].tolist(), strict=True):
        label = 0.0
        for centre_1, centre_2, sign in (
            (-4, 2.5, 1),
            (0, 2.5, -1),
            (4, 2.5, 1),
            (-4, -2.5, -1),
            (0, -2.5, 1),
            (4, -2.5, -1),
        ):
            far = ((x1 - centre_1) ** 2 + (x2 - centre_2) ** 2) ** 0.5
            new = sign * min(1.0, max(0.0, (2 - far) / 2))  # scaleLinear [0, 2] to [1, 0], clamped
            if abs(new) > abs(label):
                label = new
        assert value == pytest.approx(label, abs=1e-5)


@pytest.mark.parametrize("kind", [kind for sets in SETS.values() for kind in sets])
def test_every_data_set_has_a_small_picture_of_its_points(kind):
    picture = thumbnail(kind)
    assert picture.startswith("data:image/svg+xml,")
    assert len(re.findall(r"M\d+ \d+h0", picture)) >= 80
    assert len(picture) < 2000
    if kind in curves.FORMULAS:
        assert picture.count("stroke=%27%23") == 1


# Looks and hidden parts --------------------------------------------------------------------------


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    st.builds(
        Look,
        validation=st.booleans(),
        discretize=st.booleans(),
        log_loss=st.booleans(),
        smoothing=st.integers(0, 99).map(lambda n: n / 100),
        units=st.integers(0, 6),
    )
)
def test_a_look_is_read_back_from_its_words(look):
    assert Look.from_words(look.to_words()) == look
    assert Look().to_words() == ""


@pytest.mark.parametrize("words", ["discretise", "smoothing-1", "smoothing-nan", "units-7", "-"])
def test_words_that_are_none_are_named(words):
    with pytest.raises(InvalidExperimentError, match="look: "):
        Look.from_words(words)


def test_parts_to_hide_are_known_by_name_and_others_are_named():
    assert read_hidden("noise, data,,noise") == (("noise", "data"), None)
    known, message = read_hidden("data,trainin")
    assert known == ("data",)
    assert message is not None
    assert "Did you mean 'training'?" in message
    assert all(name in message for name in PARTS)
    assert ".st-key-lr" in style_of(("rate",))
    with pytest.raises(InvalidExperimentError):
        style_of(("</style>",))


# Live changes -------------------------------------------------------------------------------------


def changed(experiment: Experiment, **fields: object) -> Experiment:
    for path, value in fields.items():
        experiment = experiment.with_set(path.replace("__", "."), value)
    return experiment


def test_rates_and_penalties_change_live_and_nothing_else_does():
    given = get("spiral").experiment
    after = changed(given, training__optimizer__lr=0.5, training__l1=0.1)
    assert live_changes(given, after) == {"training.optimizer.lr": 0.5, "training.l1": 0.1}
    assert live_changes(given, given) == {}
    for path, value in (
        ("data.noise", 0.1),
        ("model.seed", 3),
        ("training.batch_size", 5),
        ("training.optimizer", {"kind": "sgd"}),
        ("training.seed", 1),
    ):
        assert live_changes(given, given.with_set(path, value)) is None, path


def test_nesterov_and_its_momentum_change_in_an_order_that_is_valid():
    off = get("spiral").experiment.with_set("training.optimizer", {"kind": "sgd"})
    on = off.with_set("training.optimizer", {"kind": "sgd", "momentum": 0.9, "nesterov": True})
    for before, after in ((off, on), (on, off)):
        changes = live_changes(before, after)
        assert changes is not None
        for path, value in changes.items():
            before = before.with_set(path, value)
        assert before == after


# Scales -------------------------------------------------------------------------------------------


def test_the_plane_is_that_of_tensorflow_playground_or_as_wide_as_own_points_reach(tmp_path):
    for data, extent in (
        (PlaneClasses(kind="circle", noise=0.5), 6),
        (Points(rows=((0.1, 0, 0), (0, 0.2, 1), (0, 0, 0), (0, 1, 1)), train_share=1), 6),
        (Points(rows=((70, 0, 0), (0, 5, 1)), train_share=1), 80),
    ):
        assert extent_of(data, load(data, tmp_path)) == (-extent, extent)
    values = Points(rows=((0, 0, -25.0), (1, 1, 3.0)), task="regression", train_share=1)
    assert limit_of(values, load(values, tmp_path)) == 30
    assert limit_of(PlaneValues(kind="plane"), load(PlaneValues(kind="plane"), tmp_path)) == 1


def test_widgets_of_own_points_show_their_own_share():
    data = Points(rows=((0, 0, 0), (1, 1, 1)), train_share=0.7)
    assert data_widgets(data)["train_share"] == 70
    assert np.isfinite(data_widgets(data)["points"])
