"""How a network learns: what the form says is the draft, and what it cannot say stays."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import Adam, Experiment, LogSoftmax, OneCycleSchedule, RMSprop, Sgd, StepSchedule
from nnlab.recipes import get
from nnlab.ui.session.images_state import ImagesState
from nnlab.ui.session.labs import Visit
from nnlab.ui.session.typed import key_of

REPOSITORY = Path(__file__).parents[3]

pytestmark = pytest.mark.usefixtures("quiet_server")


def opened(draft: Experiment | None = None) -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    test.session_state["lab_images"] = ImagesState(draft or get("digits-mlp").experiment)
    test = test.run().switch_page("pages/images.py").run()
    assert not test.exception
    return test


def draft(test: AppTest) -> Experiment:
    assert not test.exception
    return test.session_state["lab_images"].draft


def training(**fields: Any) -> Experiment:
    given = get("digits-mlp").experiment
    return Experiment.from_dict(
        {**given.model_dump(), "training": {**given.training.model_dump(), **fields}}
    )


UNUSUAL = {
    "rates that no slider has": {
        "optimizer": {"kind": "adam", "lr": 0.00123, "betas": (0.8, 0.9), "weight_decay": 0.0071},
        "l1": 0.017,
    },
    "everything at once": {
        "optimizer": {"kind": "sgd", "lr": 0.1, "momentum": 0.995, "nesterov": True},
        "schedule": {"kind": "one_cycle", "pct_start": 0.99, "cycle_momentum": True},
        "clip_norm": 1e-5,
        "early_stopping": {"patience": 400, "min_delta": 0.25},
        "sampling": "replacement",
        "zero_grad": False,
    },
    "small shares": {
        "optimizer": {"kind": "rmsprop", "momentum": 0.5, "alpha": 0.9},
        "schedule": {"kind": "step", "gamma": 1e-6, "step_size": 5000},
    },
    "cosine": {"optimizer": {"kind": "adamw"}, "schedule": {"kind": "cosine", "eta_min": 3.3e-7}},
    "exponential": {"schedule": {"kind": "exponential", "gamma": 1.0}, "batch_size": 77},
}


def test_a_draft_from_a_link_stays_as_it_is() -> None:
    test = opened()
    for name, fields in UNUSUAL.items():
        given = training(**fields)
        test.session_state["lab_images"] = ImagesState(given)
        test.session_state[key_of(Visit)] = Visit()
        test.run()
        assert draft(test) == given, name


def test_the_form_says_optimizer_schedule_and_what_is_one_fold_away() -> None:
    test = opened(training(schedule=None))
    test.selectbox("optimizer").set_value("sgd").run()
    test.slider("images_momentum").set_value(0.9).run()
    test.toggle("images_nesterov").set_value(True)
    test.select_slider("images_weight_decay").set_value(1e-4)
    test.selectbox("images_schedule").set_value("step").run()
    test.number_input("images_step_size").set_value(4)
    test.number_input("images_step_gamma").set_value(0.5)
    test.number_input("images_clip_norm").set_value(2.0)
    test.number_input("images_patience").set_value(7).run()
    said = draft(test).training
    assert said.optimizer == Sgd(lr=0.003, momentum=0.9, nesterov=True, weight_decay=1e-4)
    assert said.schedule == StepSchedule(step_size=4, gamma=0.5)
    assert said.clip_norm == 2
    assert said.early_stopping is not None
    assert said.early_stopping.patience == 7
    test.slider("images_momentum").set_value(0.0).run()
    assert draft(test).training.optimizer == Sgd(lr=0.003, weight_decay=1e-4)
    assert test.toggle("images_nesterov").disabled


def test_another_optimizer_keeps_what_both_have_and_leaves_the_rest() -> None:
    test = opened(training(optimizer={"kind": "adam", "lr": 0.01, "betas": (0.5, 0.6)}, fused=True))
    test.select_slider("images_weight_decay").set_value(0.01)
    test.selectbox("optimizer").set_value("adamw").run()
    assert draft(test).training.optimizer == Adam(kind="adamw", lr=0.01, weight_decay=0.01)
    test.selectbox("optimizer").set_value("rmsprop").run()
    assert draft(test).training.optimizer == RMSprop(lr=0.01, weight_decay=0.01)
    assert draft(test).training.fused is None


def test_the_loss_nll_ends_the_network_in_log_softmax_and_cross_entropy_takes_it_off() -> None:
    test = opened()
    before = draft(test).model.layers
    test.selectbox("images_loss").set_value("nll").run()
    assert draft(test).training.loss == "nll"
    assert draft(test).model.layers == (*before, LogSoftmax())
    assert any("−z_y + log Σ exp z_k" in caption.value for caption in test.caption)
    test.selectbox("images_loss").set_value("cross_entropy").run()
    assert draft(test).model.layers == before


def test_one_cycle_asks_for_the_share_that_goes_up() -> None:
    test = opened(training(schedule=None))
    test.selectbox("images_schedule").set_value("one_cycle").run()
    test.slider("images_pct_start").set_value(0.1).run()
    assert draft(test).training.schedule == OneCycleSchedule(pct_start=0.1)
