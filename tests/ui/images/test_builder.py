"""Networks of one's own: built layer by layer, their shapes and their source always in step."""

from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnlab.config import (
    Activation,
    Augment,
    BatchNorm,
    Conv2d,
    Dropout,
    Experiment,
    Flatten,
    Images,
    Layer,
    Linear,
    LogSoftmax,
    Model,
    NamedInit,
    Normalize,
    Pool2d,
    mlp,
)
from nnlab.models import build
from nnlab.recipes import get
from nnlab.training.machine import memory
from nnlab.ui.images.form.builder import ending_in
from nnlab.ui.images.form.image_models import Architecture, compose, recognise
from nnlab.ui.session.images_state import ImagesState
from tests.ui.conftest import html

REPOSITORY = Path(__file__).parents[3]

pytestmark = pytest.mark.usefixtures("quiet_server")

DIGITS = get("digits-mlp").experiment
SMALL: tuple[Layer, ...] = (Flatten(), *mlp(12, outputs=10))
ODD: tuple[Layer, ...] = (
    Normalize(mean=0.4, std=0.2),
    Conv2d(out_channels=4, kernel_size=5, stride=2, padding=1, init=NamedInit(kind="zeros")),
    BatchNorm(momentum=0.3),
    Activation(kind="gelu"),
    Pool2d(kind="max_pool2d", kernel_size=3, stride=2),
    Pool2d(kind="avg_pool2d"),
    Dropout(p=0.97),
    Flatten(),
    Linear(out_features=30, bias=False),
    Activation(kind="tanh"),
    Linear(out_features=10),
)


def experiment(layers: tuple[Layer, ...]) -> Experiment:
    return DIGITS.model_copy(update={"model": Model(layers=layers, seed=5)})


def opened(layers: tuple[Layer, ...] | None = None, run_id: str | None = None) -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    given = DIGITS if layers is None else experiment(layers)
    test.session_state["lab_images"] = ImagesState(given, run_id)
    test = test.run().switch_page("pages/images.py").run()
    assert not test.exception
    return test


def draft(test: AppTest) -> Experiment:
    assert not test.exception
    return test.session_state["lab_images"].draft


def layers(test: AppTest) -> tuple[Layer, ...]:
    return draft(test).model.layers


def errors(test: AppTest) -> list[str]:
    return [element.value for element in test.error]


def building(start: tuple[Layer, ...] = SMALL) -> AppTest:
    test = opened(start)
    test.pills("images_architecture").set_value("own").run()
    assert layers(test) == start
    return test


def test_the_builder_starts_from_the_network_that_is_there() -> None:
    test = building()
    rows = [
        button.label for button in test.button if (button.key or "").startswith("images_layer_row_")
    ]
    assert rows == [
        "1 · **Flatten()** → 784",
        "2 · **Linear(784, 12)** → 12 · 9,420",
        "3 · **ReLU()** → 12",
        "4 · **Linear(12, 10)** → 10 · 130",
    ]


def test_layers_are_added_edited_moved_and_removed() -> None:
    test = building()
    test.button("images_layer_row_0").click().run()
    test.pills("images_layer_add").set_value(
        "Conv2d"
    ).run()  # below Flatten: it does not fit there yet
    assert any("Layer 2 (conv2d) needs channels × height × width" in said for said in errors(test))
    assert test.button("train").disabled
    test.button("images_layer_up").click().run()
    assert not errors(test)
    test.number_input("images_layer_out_channels").set_value(3)
    test.number_input("images_layer_kernel_size").set_value(5)
    test.number_input("images_layer_stride").set_value(2).run()
    test.pills("images_layer_add").set_value("MaxPool2d").run()
    test.segmented_control("images_layer_pool").set_value("avg_pool2d").run()
    conv = Conv2d(out_channels=3, kernel_size=5, stride=2, padding=1)
    assert layers(test) == (conv, Pool2d(kind="avg_pool2d"), *SMALL)
    assert not test.button("train").disabled
    test.button("images_layer_row_4").click().run()
    test.selectbox("images_layer_activation").set_value("tanh").run()
    test.button("images_layer_row_1").click().run()
    test.button("images_layer_remove").click().run()
    changed = (conv, Flatten(), Linear(out_features=12), Activation(kind="tanh"), SMALL[-1])
    assert layers(test) == changed


def test_a_field_still_being_typed_into_counts_when_another_layer_is_chosen() -> None:
    test = building()
    test.button("images_layer_row_1").click().run()
    test.number_input("images_layer_out_features").set_value(33)
    test.button("images_layer_row_3").click().run()
    assert layers(test)[1] == Linear(out_features=33)
    assert test.number_input("images_layer_out_features").value == 10


def test_the_last_layer_cannot_be_removed_and_the_ends_cannot_be_left() -> None:
    test = building((Flatten(), Linear(out_features=10)))
    test.button("images_layer_row_1").click().run()
    assert test.button("images_layer_down").disabled
    test.button("images_layer_remove").click().run()
    assert layers(test) == (Flatten(),)
    assert test.button("images_layer_remove").disabled
    assert test.button("images_layer_up").disabled
    test.button("images_mend_outputs").click().run()
    assert layers(test) == (Flatten(), Linear(out_features=10))


def test_an_output_that_does_not_match_the_classes_is_named_and_one_click_mends_it() -> None:
    test = building((Flatten(), Linear(out_features=7)))
    assert any("ends in the shape 7, the data need 10" in said for said in errors(test))
    assert test.button("train").disabled
    test.button("images_mend_outputs").click().run()
    assert layers(test) == (Flatten(), Linear(out_features=10))
    assert not errors(test)


def test_a_network_that_ends_in_maps_is_flattened_before_its_classes() -> None:
    conv = (Conv2d(out_channels=2),)
    assert ending_in(conv, 26, (2, 26, 26)) == (*conv, Flatten(), Linear(out_features=26))


def test_any_network_of_a_link_opens_in_the_builder_and_stays_as_it_is() -> None:
    test = opened(ODD)
    assert test.pills("images_architecture").value == "own"
    assert layers(test) == ODD
    for index in (1, 3, 4, 8):
        test.button(f"images_layer_row_{index}").click().run()
        assert layers(test) == ODD


def test_an_impossible_network_leaves_the_run_that_was_there(make_run: Any) -> None:
    run = make_run("digits", experiment(SMALL))
    test = opened(SMALL, run.id)
    test.pills("images_architecture").set_value("own").run()
    test.button("images_layer_row_0").click().run()
    test.button("images_layer_remove").click().run()
    assert any("Layer 1 (linear) needs a row of values" in said for said in errors(test))
    assert test.session_state["lab_images"].run_id == run.id


def test_a_batch_that_does_not_fit_in_memory_leaves_the_run_that_was_there(
    make_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run("digits", experiment(SMALL))
    test = opened(SMALL, run.id)
    one = type("Memory", (), {"available": 10**6})
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: one)
    test.selectbox("batch_size").set_value(1000).run()
    assert not test.exception
    assert any("set it to at most 258" in said for said in errors(test))
    assert test.session_state["lab_images"].run_id == run.id


def test_the_source_on_the_page_gives_the_outputs_of_the_network_that_is_built() -> None:
    test = opened(ODD)
    test.button("images_layer_row_8").click().run()
    test.number_input("images_layer_out_features").set_value(17).run()
    network = build(draft(test).model, (1, 28, 28)).eval()
    x = torch.rand(6, 1, 28, 28)
    for style in ("sequential", "module", "tensors"):
        test.segmented_control("images_code_style").set_value(style).run()
        (source,) = [c.value for c in test.code if "manual_seed" in c.value]
        scope: dict[str, Any] = {}
        exec(source, scope)
        if style != "tensors":
            scope["network"].eval()
        assert "17" in source
        assert torch.equal(scope["network"](x), network(x)), style


def test_the_source_follows_the_loss_and_the_seed() -> None:
    test = opened(SMALL)
    test.selectbox("images_loss").set_value("nll").run()
    test.number_input("images_model_seed").set_value(77).run()
    assert draft(test).model == Model(layers=(*SMALL, LogSoftmax()), seed=77)
    (source,) = [c.value for c in test.code if "manual_seed" in c.value]
    assert "nn.LogSoftmax(dim=1)" in source
    assert "torch.manual_seed(77)" in source
    assert "LogSoftmax" in html(test).split("<table class='nnlab-layers'>")[1]


@pytest.mark.parametrize("padding", [0, 2])
def test_lenet_is_a_preset_with_the_shapes_of_the_paper(padding: int) -> None:
    lenet = Architecture("lenet", padding=padding, activation="tanh")
    side = 32 - 2 * padding
    built = build(Model(layers=compose(lenet)), (1, side, side))
    assert sum(p.numel() for p in built.parameters()) == 156 + 2_416 + 48_120 + 10_164 + 850
    assert recognise(compose(lenet)) == lenet


def test_other_pictures_change_classes_and_pixels_of_ones_own_network() -> None:
    test = building((Normalize(mean=0.13, std=0.31), Flatten(), Linear(out_features=10)))
    test.pills("dataset").set_value("emnist").run()
    emnist = (Normalize(mean=0.1722, std=0.3309), Flatten(), Linear(out_features=26))
    assert layers(test) == emnist
    test.pills("dataset").set_value("digits").run()
    assert layers(test)[-1] == Linear(out_features=10)


def test_augmentation_is_shown_on_samples_before_it_is_used() -> None:
    test = opened()
    before = len(test.get("image"))
    assert draft(test).training.augment is None
    test.slider("images_augment_rotate").set_value(10.0).run()
    test.slider("images_augment_stroke").set_value(0.3).run()
    assert draft(test).training.augment == Augment(rotate=10, stroke=0.3)
    assert len(test.get("image")) == before + 1
    test.button("images_augment_again").click().run()
    test.slider("images_augment_rotate").set_value(0.0)
    test.slider("images_augment_stroke").set_value(0.0).run()
    assert draft(test).training.augment is None


def test_photographs_have_no_strokes() -> None:
    test = opened()
    test.slider("images_augment_stroke").set_value(0.3)
    test.slider("images_augment_shift").set_value(2.0).run()
    test.pills("dataset").set_value("cifar10").run()
    assert draft(test).training.augment == Augment(shift=2)
    assert draft(test).data == Images(kind="cifar10")
