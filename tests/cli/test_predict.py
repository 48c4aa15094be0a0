"""`python -m nnlab predict`."""

import math
import shutil

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from safetensors.torch import load_file, save_file

from nnlab.cli.main import main
from nnlab.drawing import to_network_input
from nnlab.models import build
from nnlab.runs.store import Store
from tests.cli.conftest import DIGITS, picture

FIRST_TEST = 1500
"""The pictures from there on have trained nothing."""
ANSWER = ["prediction", "probabilities", "doubt", "may_be_no_digit"]
"""What is said of each digit."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A runs directory with one run that reads digits."""
    runs = tmp_path_factory.mktemp("runs")
    assert main(["train", "digits-mlp", "--set", "training.epochs=10", "--runs", str(runs)]) == 0
    (run,) = (summary.run for summary in Store(runs).summaries())
    return run


@pytest.mark.parametrize("dark_on_light", [True, False])
@pytest.mark.parametrize("side", [48, 300, 1500])
def test_pictures_of_digits_are_read(ask, trained, tmp_path, side, dark_on_light):
    files = []
    for index in range(FIRST_TEST, FIRST_TEST + 20):
        files.append(tmp_path / f"{index}.png")
        picture(index, side=side, dark_on_light=dark_on_light).save(files[-1])
    answer = ask("predict", trained.path, *files)
    assert answer.status == 0
    assert [line["file"] for line in answer.lines] == [str(file) for file in files]
    for line in answer.lines:
        assert list(line) == ["file", *ANSWER]
        assert len(line["probabilities"]) == 10
        assert math.isclose(sum(line["probabilities"]), 1)
        assert line["prediction"] == int(np.argmax(line["probabilities"]))
    labels = DIGITS.target[FIRST_TEST : FIRST_TEST + 20]
    right = sum(
        line["prediction"] == label for line, label in zip(answer.lines, labels, strict=True)
    )
    assert right >= 17


def test_probabilities_are_the_softmax_of_the_network_on_the_prepared_picture(
    ask, trained, tmp_path
):
    image = picture(FIRST_TEST, side=200, dark_on_light=True)
    image.save(tmp_path / "digit.png")
    network = build(trained.experiment.model, (1, 28, 28)).eval()
    network.load_state_dict(load_file(trained.path / "live.safetensors"))
    with torch.no_grad():
        prepared = torch.from_numpy(to_network_input(np.asarray(image)))
        logits = network(prepared.reshape(1, 1, 28, 28))[0].double().numpy()
    expected = np.exp(logits) / np.exp(logits).sum()
    (line,) = ask("predict", trained.path, tmp_path / "digit.png").lines
    assert np.allclose(line["probabilities"], expected, rtol=1e-9)


def test_a_star_may_be_no_digit_and_a_straight_stroke_is_none_to_doubt(ask, trained, tmp_path):
    star, stroke = Image.new("L", (280, 280)), Image.new("L", (280, 280))
    corners = [(140, 40), (200, 230), (45, 110), (235, 110), (80, 230), (140, 40)]
    ImageDraw.Draw(star).line(corners, fill=255, width=18)
    ImageDraw.Draw(stroke).line([(140, 60), (140, 220)], fill=255, width=18)
    star.save(tmp_path / "star.png")
    stroke.save(tmp_path / "stroke.png")
    answer = ask("predict", trained.path, tmp_path / "star.png", tmp_path / "stroke.png")
    assert [line["may_be_no_digit"] for line in answer.lines] == [True, False]
    for line in answer.lines:
        assert 0 <= line["doubt"] <= 1
        assert (line["doubt"] >= 0.5) is line["may_be_no_digit"]


def test_a_network_of_other_pictures_says_nothing_of_digits(ask, trained, runs_dir, tmp_path):
    shutil.copytree(trained.path, runs_dir / "copy")
    file = runs_dir / "copy" / "experiment.json"
    file.write_text(file.read_text().replace('"digits"', '"fashion-mnist"'))
    picture(FIRST_TEST, side=100, dark_on_light=True).save(tmp_path / "digit.png")
    (line,) = ask("predict", "copy", tmp_path / "digit.png").lines
    assert list(line) == ["file", "prediction", "probabilities"]


def test_several_digits_are_read_one_by_one_and_listed_with_their_boxes(ask, trained, tmp_path):
    sheet = np.hstack(
        [
            np.asarray(picture(index, side=120, dark_on_light=True))
            for index in range(FIRST_TEST, FIRST_TEST + 4)
        ]
    )
    Image.fromarray(sheet).save(tmp_path / "four.png")
    (line,) = ask("predict", trained.path, tmp_path / "four.png").lines
    assert list(line) == ["file", "prediction", "digits"]
    assert line["prediction"] == "".join(str(digit["prediction"]) for digit in line["digits"])
    assert all(list(digit) == ["box", *ANSWER] for digit in line["digits"])
    assert len(line["digits"]) == 4
    for place, digit in enumerate(line["digits"]):
        top, left, bottom, right = digit["box"]
        assert 120 * place <= left < right <= 120 * (place + 1)
        assert 0 <= top < bottom <= 120
        alone = to_network_input(sheet[:, 120 * place : 120 * (place + 1)])
        network = build(trained.experiment.model, (1, 28, 28)).eval()
        network.load_state_dict(load_file(trained.path / "live.safetensors"))
        with torch.no_grad():
            logits = network(torch.from_numpy(alone).reshape(1, 1, 28, 28))[0]
        assert digit["prediction"] == int(logits.argmax())
        assert np.allclose(digit["probabilities"], logits.softmax(0), atol=1e-5)


def test_bad_files_get_a_line_each_and_the_good_ones_their_answer(ask, trained, tmp_path):
    good = tmp_path / "good.png"
    picture(FIRST_TEST, side=100, dark_on_light=True).save(good)
    cut = tmp_path / "cut.png"
    cut.write_bytes(good.read_bytes()[:200])
    empty = tmp_path / "empty.png"
    empty.touch()
    text = tmp_path / "text.png"
    text.write_text("not a picture")
    huge = tmp_path / "huge.png"
    Image.new("1", (9000, 9000)).save(huge)
    blank = tmp_path / "blank.png"
    Image.new("L", (100, 100), 255).save(blank)
    bad = [cut, empty, text, huge, blank, tmp_path / "absent.png", tmp_path]
    answer = ask("predict", trained.path, *bad, good)
    assert answer.status == 1
    assert answer.err == ""
    *errors, last = answer.lines
    assert [line["file"] for line in errors] == [str(file) for file in bad]
    assert all(list(line) == ["file", "error"] and line["error"] for line in errors)
    assert "0 bytes" in errors[1]["error"]
    assert "megapixels" in errors[3]["error"]
    assert "prediction" in last


def test_a_run_is_found_by_its_id_and_by_a_beginning_that_is_its_alone(
    ask, trained, runs_dir, tmp_path
):
    file = tmp_path / "digit.png"
    picture(FIRST_TEST, side=100, dark_on_light=True).save(file)
    shutil.copytree(trained.path, runs_dir / "20990101-000000-aaaaaa")
    shutil.copytree(trained.path, runs_dir / "20990101-000000-abbbbb")
    for name in ("20990101-000000-aaaaaa", "20990101-000000-aa"):
        assert ask("predict", name, file).status == 0
    several = ask("predict", "2099", file)
    assert several.status == 2
    assert "2 runs begin with '2099'" in several.err
    none = ask("predict", "2098", file)
    assert none.status == 2
    assert "There is no run '2098'" in none.err


def test_a_run_on_points_of_the_plane_reads_no_pictures(ask):
    run = ask("train", "circle", "--set", "training.steps=3").last["run"]
    answer = ask("predict", run, "any.png")
    assert answer.status == 2
    assert "learns from 'circle', not from grey pictures" in answer.err


def copied(trained, runs_dir):
    shutil.copytree(trained.path, runs_dir / "copy")
    return runs_dir / "copy" / "live.safetensors"


def test_weights_of_another_network_name_the_layer(ask, trained, runs_dir):
    live = copied(trained, runs_dir)
    weights = load_file(live)
    name = next(name for name in weights if name.endswith(".weight"))
    weights[name] = weights[name][:, 1:].contiguous()
    save_file(weights, live)
    answer = ask("predict", "copy", "any.png")
    assert answer.status == 2
    layer = int(name.split(".")[0])
    assert (
        f"layer {layer + 1} (linear) weight is 200×784 in the experiment and 200×783" in answer.err
    )


def test_weights_that_are_missing_damaged_or_not_finite_are_named(ask, trained, runs_dir, tmp_path):
    file = tmp_path / "digit.png"
    picture(FIRST_TEST, side=100, dark_on_light=True).save(file)
    live = copied(trained, runs_dir)
    weights = load_file(live)
    save_file({name: value * math.nan for name, value in weights.items()}, live)
    assert "not finite numbers" in ask("predict", "copy", file).err
    save_file(dict(list(weights.items())[1:]), live)
    assert "in the experiment and absent in the file" in ask("predict", "copy", file).err
    live.write_bytes(b"nonsense")
    assert "cannot be read" in ask("predict", "copy", file).err
    live.unlink()
    assert "has no weights yet" in ask("predict", "copy", file).err
