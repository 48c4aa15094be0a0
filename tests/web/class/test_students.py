"""Students as the wall orders, counts and names them; the scenes of runs as pictures."""

from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save

from nnlab.classroom.judgement import Judgement
from nnlab.config import Points
from nnlab.data.registry import load
from nnlab.recipes import get
from nnlab.runs.store import Store
from nnlab.scene.extent import extent_of, limit_of
from nnlab.wire.room.scene import scene_of
from tests.web.modules import Modules

ASK = """async ({what, given}) => {
    const students = await import("/web/class/students.js");
    return students[what](...given);
}"""


def student(number: int, name: str, **also: Any) -> dict[str, Any]:
    plain = {"person": f"p{number}", "number": number, "name": name, "run": "r", "since": 0.0}
    return plain | {"judgement": "training", "status": "running", **also}


CLASS = [
    student(1, "Zoë", val_accuracy=0.5, since=30),
    student(2, "anna", val_accuracy=0.9, since=10),
    student(3, "Ben 10", train_accuracy=0.7, since=20, judgement="stuck"),
    student(4, "Ben 9", run=None, judgement="not_begun", since=99),
]


def test_by_name_as_people_sort_with_numbers_as_numbers(page: Modules) -> None:
    found = page.evaluate(ASK, {"what": "ordered", "given": [CLASS, "name"]})
    assert found == ["p2", "p4", "p3", "p1"]


def test_hidden_names_give_no_order_away(page: Modules) -> None:
    found = page.evaluate(ASK, {"what": "ordered", "given": [CLASS, "name", True]})
    assert found == ["p1", "p2", "p3", "p4"]
    assert page.evaluate(ASK, {"what": "nameOf", "given": [CLASS[1], True]}) == "Student 2"
    said = page.evaluate(ASK, {"what": "saidOf", "given": [CLASS[1], None, 0, True]})
    assert "anna" not in said


def test_by_accuracy_and_by_activity(page: Modules) -> None:
    assert page.evaluate(ASK, {"what": "ordered", "given": [CLASS, "accuracy"]}) == [
        *("p2", "p3", "p1", "p4")
    ]
    assert page.evaluate(ASK, {"what": "ordered", "given": [CLASS, "activity"]}) == [
        *("p1", "p3", "p2", "p4")
    ]


def test_an_order_stays_while_accuracies_change(page: Modules) -> None:
    order = ["p2", "p3", "p1", "p9"]
    assert page.evaluate(ASK, {"what": "kept", "given": [order, CLASS]}) == [
        *("p2", "p3", "p1", "p4")
    ]


def test_every_judgement_is_counted_and_has_a_word_and_a_mark(page: Modules) -> None:
    counts = page.evaluate(ASK, {"what": "counted", "given": [CLASS]})
    assert set(counts) == set(Judgement.__args__)
    assert {word: n for word, n in counts.items() if n} == {
        "training": 2,
        "stuck": 1,
        "not_begun": 1,
    }
    marks = page.evaluate(
        "async () => Object.values((await import('/web/class/students.js')).JUDGEMENTS)"
        ".map(({mark}) => mark)"
    )
    assert len(set(marks)) == len(counts)


def test_a_regression_shows_its_loss(page: Modules) -> None:
    line = student(1, "Anna", val_accuracy=None, train_accuracy=None, val_loss=0.01234)
    assert page.evaluate(ASK, {"what": "figureOf", "given": [line]}) == "loss 0.012"
    assert page.evaluate(ASK, {"what": "figureOf", "given": [CLASS[1]]}) == "90.0%"


PICTURE = """async ({scene, weights, palettes}) => {
    const { RunPicture } = await import("/web/class/picture.js");
    const picture = new RunPicture(scene, palettes), canvas = document.createElement("canvas");
    const before = picture.draw(canvas, 8);
    picture.take(Uint8Array.from(weights));
    const after = picture.draw(canvas, 8);
    return [before, after, [...canvas.getContext("2d").getImageData(0, 0, 8, 8).data]];
}"""


def test_a_run_has_its_picture_as_soon_as_its_weights_are_here(
    page: Modules, tmp_path: Path
) -> None:
    experiment = get("circle").experiment
    run = Store(tmp_path).create(experiment, name="circle")
    scene = scene_of(run)
    layers = [layer for layer in scene["network"]["layers"] if layer["kind"] == "linear"]
    wide, tensors = 2, {}
    for index, layer in enumerate(scene["network"]["layers"]):
        if layer["kind"] == "linear":
            tensors[f"{index}.weight"] = np.zeros((layer["out_features"], wide), np.float32)
            tensors[f"{index}.bias"] = np.zeros(layer["out_features"], np.float32)
            wide = layer["out_features"]
    last = max(int(name.split(".")[0]) for name in tensors)
    tensors[f"{last}.bias"][1] = 100.0  # class 1 everywhere
    assert len(layers) > 1
    palettes = {"diverging": "e69f00ffffff0072b2808080", "classes": {}}
    before, after, pixels = page.evaluate(
        PICTURE, {"scene": scene, "weights": list(save(tensors)), "palettes": palettes}
    )
    assert (before, after) == (False, True)
    assert pixels[:4] == [0x00, 0x72, 0xB2, 255]
    assert pixels == pixels[:4] * 64


def test_the_plane_reaches_as_far_as_on_the_playground(tmp_path: Path) -> None:
    """The wire knows no PyTorch: what it says of own points is what the page says."""
    rows = ((9.5, 1.0, 0), (-3.0, 2.0, 1), (1.0, -7.0, 1), (0.0, 0.5, 0))
    far = Points(kind="points", rows=rows * 4)
    for data in (far, get("circle").experiment.data):
        experiment = get("circle").experiment.model_copy(update={"data": data})
        scene = scene_of(Store(tmp_path).create(experiment, name="x"))
        splits = load(data, tmp_path)
        assert tuple(scene["network"]["space"]["extent"]) == extent_of(data, splits)
        assert scene["limit"] == 1.0
    value = Points(
        kind="points",
        task="regression",
        inputs=2,
        rows=tuple((x, y, 2.3 * label) for x, y, label in rows),
    )
    model = get("circle").experiment.model
    layers = (*model.layers[:-1], model.layers[-1].model_copy(update={"out_features": 1}))
    training = get("circle").experiment.training.model_copy(update={"loss": "mse"})
    experiment = get("circle").experiment.model_copy(
        update={
            "data": value,
            "model": model.model_copy(update={"layers": layers}),
            "training": training,
        }
    )
    scene = scene_of(Store(tmp_path).create(experiment, name="x"))
    assert scene["limit"] == limit_of(value, load(value, tmp_path))
