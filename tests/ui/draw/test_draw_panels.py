"""The panels under the desk of the Draw page, without a browser."""

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from nnlab.config import (
    Activation,
    Adam,
    BatchNorm,
    Conv2d,
    Dropout,
    Experiment,
    Flatten,
    Images,
    Linear,
    LogSoftmax,
    Model,
    Normalize,
    PlaneClasses,
    Pool2d,
    Training,
)
from nnlab.config.layers import Layer
from nnlab.drawing import to_network_input
from nnlab.figures.pictures.digits import percent
from nnlab.insight.activations import Place
from nnlab.insight.pictures.probabilities import class_probabilities
from nnlab.models import build
from nnlab.runs.network import load_network
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.store import Store
from nnlab.ui.draw.canvas import INK, PAPER, SIDE
from nnlab.ui.draw.panels.panels import PANELS
from nnlab.ui.explain.xray import detail, place_in, through
from nnlab.ui.session.draw_state import DrawState, Sheet
from nnlab.ui.session.typed import key_of
from tests.ui.conftest import html

APP = Path(__file__).parents[3] / "app.py"
EVERY_LAYER: tuple[Layer, ...] = (
    Normalize(mean=0.13, std=0.31),
    Conv2d(out_channels=3, kernel_size=5, stride=2, padding=1),
    BatchNorm(),
    Activation(kind="relu"),
    Pool2d(kind="max_pool2d"),
    Conv2d(out_channels=4, kernel_size=3),
    Activation(kind="leaky_relu"),
    Pool2d(kind="avg_pool2d"),
    Flatten(),
    Dropout(p=0.5),
    Linear(out_features=10),
    LogSoftmax(),
)
DEAF: tuple[Layer, ...] = (Flatten(), Linear(out_features=10))


@pytest.fixture(autouse=True)
def own_server(quiet_server: None) -> None:
    """Each test has settings and a store of its own, and no workers."""


def trained(store: Store, name: str, layers: tuple[Layer, ...] = EVERY_LAYER) -> str:
    """A run with weights that tell pictures apart; those of `DEAF` see a 9 in everything."""
    run = store.create(
        Experiment(
            data=Images(kind="digits"),
            model=Model(layers=layers, seed=3),
            training=Training(
                optimizer=Adam(kind="adam"),
                epochs=1,
                loss="nll" if layers is EVERY_LAYER else "cross_entropy",
            ),
        ),
        name=name,
    )
    network = build(run.experiment.model, (1, 28, 28))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(0 if layers is DEAF else 3)
        if layers is DEAF:
            network.get_parameter("1.bias").copy_(torch.arange(10.0))
    save_live(run.path, network.state_dict(), 7)
    return run.id


def sheet(*strokes: tuple[tuple[int, int], ...]) -> Sheet:
    """A canvas with these strokes on it."""
    picture = Image.new("RGBA", (SIDE, SIDE), PAPER)
    for stroke in strokes:
        ImageDraw.Draw(picture).line(stroke, fill=INK, width=16)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return Sheet(drawing={"objects": [{"type": "Path"} for _ in strokes]}, png=content.getvalue())


ONE = ((140, 60), (140, 220))
LEFT, RIGHT = ((70, 60), (70, 220)), ((160, 70), (230, 70), (180, 220))


def page(panel: str, drawn: Sheet | None = None, **kept: Any) -> AppTest:
    """The Draw page with that panel open."""
    test = AppTest.from_file(str(APP), default_timeout=60)
    test.session_state[key_of(DrawState)] = DrawState(panel=panel, sheet=drawn or Sheet())
    for name, value in kept.items():
        test.session_state[f"draw_{name}"] = value
    test.run()
    test.switch_page("pages/draw.py").run()
    assert not test.exception
    return test


def said(test: AppTest) -> str:
    """All the page says."""
    shown = [element.value for element in (*test.markdown, *test.caption)]
    return " ".join([*shown, html(test)])


def picture_of(drawn: Sheet) -> np.ndarray:
    assert drawn.png is not None
    return to_network_input(np.asarray(Image.open(io.BytesIO(drawn.png)).convert("RGBA")))


@pytest.mark.parametrize("panel", [panel.label for panel in PANELS])
def test_a_panel_shows_a_network_of_every_kind_of_layer(store: Store, panel: str) -> None:
    trained(store, "every layer")
    test = page(panel, sheet(ONE))
    assert not test.error
    assert "Draw a digit first" not in said(test)


def test_a_panel_says_what_it_needs(store: Store) -> None:
    assert "Draw a digit first" in said(page("Why"))
    assert "add up to" in said(page("Why", sheet(ONE))), "the reader that comes with the lab"
    assert "Centred" in said(page("Steps", sheet(ONE)))


def test_a_network_that_is_deaf_is_told_of_and_breaks_nothing(store: Store) -> None:
    trained(store, "deaf", DEAF)
    what_if = said(page("What if", sheet(ONE)))
    assert "No change was found" in what_if
    assert "gradient is 0 everywhere" in what_if
    assert "falls nowhere" in said(page("Why", sheet(ONE)))
    assert "no hidden layer" in said(page("Nearest", sheet(ONE)))


def test_why_adds_up_to_the_difference_that_the_page_names(store: Store) -> None:
    trained(store, "every layer")
    words = re.search(r"add up to \*\*(.+?)\*\*.*: (.+?) for this picture, (.+?) for a black one",
                      said(page("Why", sheet(ONE))))  # fmt: skip
    assert words is not None
    shares, here, black = (float(number) for number in words.groups())
    assert here > 0, "the likeliest leads"
    assert shares == pytest.approx(here - black, rel=0.05, abs=0.05)


def test_the_changed_picture_reads_as_the_class_that_was_chosen(store: Store) -> None:
    trained(store, "every layer")
    probabilities = class_probabilities(network_of(store), picture_of(sheet(ONE)))
    target = int(np.argsort(probabilities)[-3])
    test = page("What if", sheet(ONE), change_target=target)
    assert re.search(rf"It reads an? {target} \(", said(test).replace(answer(test), ""))
    less = page("What if", sheet(ONE), change_target=target, change_share=0)
    assert said(less).count(answer(less)) == 2, "with no change it reads what it read"


def test_compare_shows_what_each_network_says_and_forgets_a_deleted_one(store: Store) -> None:
    first, second = trained(store, "every layer"), trained(store, "deaf", DEAF)
    test = page("Compare", sheet(ONE))
    assert set(test.multiselect[0].value) == {first, second, "draw-ready", "untrained"}
    shares = np.exp(np.arange(10.0)) / np.exp(np.arange(10.0)).sum()
    assert percent(shares[9]) in html(test)
    assert percent(shares[2]) in html(test)
    store.delete(first)
    test.run()
    assert not test.exception
    assert set(test.multiselect[0].value) == {second, "draw-ready", "untrained"}


def test_compare_keeps_a_model_whose_label_has_changed_since(store: Store) -> None:
    first, second = trained(store, "every layer"), trained(store, "deaf", DEAF)
    test = AppTest.from_file(str(APP), default_timeout=60)
    label = "every layer · still training"
    test.session_state[key_of(DrawState)] = DrawState(
        panel="Compare", sheet=sheet(ONE), listed={label: first}
    )
    # As Streamlit gives a label that it does not know.
    test.session_state["draw_compared_models"] = [second, label]
    test.run().switch_page("pages/draw.py").run()
    assert not test.exception
    assert test.multiselect[0].value == [second, first]


def test_compare_shows_a_model_that_cannot_be_read_beside_the_others(store: Store) -> None:
    broken = trained(store, "broken")
    trained(store, "deaf", DEAF)
    (store.get(broken).path / "live.safetensors").write_bytes(b"no weights")
    assert "cannot be read" in html(page("Compare", sheet(ONE)))


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (Place(-1, 0, 14, 14), "The pixel is"),
        (Place(0, 0, 3, 4), "/ 0.31 ="),
        (Place(1, 2, 6, 6), "sum"),
        (Place(2, 1, 5, 5), "√"),
        (Place(3, 1, 5, 5), "max(0, "),
        (Place(4, 0, 2, 2), "the largest of them"),
        (Place(5, 3, 1, 1), "patch × kernel of map 3"),
        (Place(7, 3, 0, 0), "the mean of them"),
        (Place(8, 4), "map 2, row 1, column 1 of the layer before"),
        (Place(9, 4), "passed on"),
        (Place(10, 9), "the network's own value"),
        (Place(11, 9), "unit 10, for 9"),
        (Place(99, 0), "Layer 2, Conv2d"),
        (Place(1, 0, 99, 0), "Layer 2, Conv2d"),
    ],
)
def test_x_ray_takes_apart_the_value_that_is_pointed_at(store: Store, at: Place, says: str) -> None:
    trained(store, "every layer")
    network = network_of(store)
    layers = through(network, picture_of(sheet(ONE)))
    place = place_in(layers, network, at)
    words = detail(layers, network, place, tuple("0123456789"))
    assert says in words
    values = layers[place.layer + 1].maps
    assert f"{abs(values[place.unit, place.row, place.column]):.4f}"[:5] in words


def test_several_digits_are_read_in_their_order_and_one_is_looked_into(store: Store) -> None:
    trained(store, "every layer")
    test = page("Steps", sheet(LEFT, RIGHT), digit=1)
    alone = answer(page("Steps", sheet(RIGHT)))
    assert "2nd of 2: " in html(test)
    assert answer(test) == alone
    assert html(test).count('class="chosen"') == 1


def test_more_pieces_than_a_drawing_has_are_told_of(store: Store) -> None:
    trained(store, "deaf", DEAF)
    many = [
        ((10 + 20 * x, 20 + 80 * y), (10 + 20 * x, 60 + 80 * y)) for x in range(7) for y in (0, 1)
    ]
    picture = sheet(*(((a * 2, b), (c * 2, d)) for ((a, b), (c, d)) in many))
    assert "More than 12 pieces of ink" in said(page("Steps", picture))


def test_a_linked_run_that_reads_no_drawings_says_why(store: Store) -> None:
    trained(store, "every layer")
    plane = store.create(
        Experiment(
            data=PlaneClasses(kind="spiral"),
            model=Model(layers=(Linear(out_features=2),)),
            training=Training(optimizer=Adam(kind="adam"), epochs=1),
        ),
        name="a plane",
    )
    test = AppTest.from_file(str(APP), default_timeout=60)
    test.query_params["run"] = plane.id
    test.run().switch_page("pages/draw.py").run()
    assert not test.exception
    assert "'a plane' cannot read a drawing" in test.warning[0].value


def test_what_was_chosen_in_a_panel_outlives_another_one(store: Store) -> None:
    trained(store, "every layer")
    test = page("Why", sheet(ONE))
    test.selectbox(key="draw_why_target").set_value(4).run()
    for panel in ("Steps", "Why"):
        test.segmented_control(key="draw_panel_choice").set_value(panel)
        test.run()
    assert test.selectbox(key="draw_why_target").value == 4
    assert test.session_state[key_of(DrawState)].place is None


def network_of(store: Store) -> torch.nn.Sequential:
    return load_network(store.summaries()[0].run)[0]


def answer(test: AppTest) -> str:
    """What is read of the digit that is looked into: `It reads a 7 (98.2%), then a 1 (1.3%)`."""
    found = re.search(r"It reads an? .+? \(.+?%\), then an? .+? \(.+?%\)", html(test))
    assert found is not None
    return found[0]
