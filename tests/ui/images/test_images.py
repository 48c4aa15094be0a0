"""The Images page as a person uses it, without a browser."""

import gzip
import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import Activation, Images, Sgd, from_link, to_link
from nnlab.data.published import folder_of
from nnlab.errors import InvalidExperimentError, NnlabError
from nnlab.recipes import RECIPES, get
from nnlab.runs.store import Store
from nnlab.runs.workers.worker import train
from nnlab.ui import services
from nnlab.ui.images import downloads
from nnlab.ui.images.form.image_models import read_sizes, recognise
from nnlab.ui.images.result import time_left
from nnlab.ui.session.images_state import ImagesState
from nnlab.ui.session.labs import Visit
from nnlab.ui.session.typed import key_of
from tests.ui.conftest import MakeRun, html

REPOSITORY = Path(__file__).parents[3]

pytestmark = pytest.mark.usefixtures("quiet_server")


def opened(run_id: str | None = None, recipe: str = "digits-mlp") -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    if run_id is not None:
        test.session_state["lab_images"] = ImagesState(get(recipe).experiment, run_id)
    test = test.run().switch_page("pages/images.py").run()
    assert not test.exception
    return test


def draft(test: AppTest) -> Any:
    return test.session_state["lab_images"].draft


def messages(test: AppTest) -> str:
    return "\n".join(element.value for element in (*test.error, *test.warning))


def test_a_newcomer_finds_the_recipe_of_digits_ready_to_train() -> None:
    test = opened()
    assert draft(test) == RECIPES["digits-mlp"].experiment
    assert not test.button("train").disabled
    assert messages(test) == ""


def test_the_form_leaves_every_recipe_of_pictures_as_it_is() -> None:
    test = opened()
    of_pictures = [r for r in RECIPES.values() if isinstance(r.experiment.data, Images)]
    assert len(of_pictures) > 3
    for recipe in of_pictures:
        test.session_state["lab_images"] = ImagesState(recipe.experiment)
        test.session_state[key_of(Visit)] = Visit()
        test.run()
        assert not test.exception
        assert draft(test) == recipe.experiment, recipe.id


def test_a_network_of_another_form_is_left_as_it_is() -> None:
    layers = RECIPES["mnist-cnn"].experiment.model.layers
    assert recognise((*layers[:-1], Activation(kind="tanh"), layers[-1])) is None


@pytest.mark.parametrize(
    ("text", "sizes"),
    [("200, 60", (200, 60)), ("200-60", (200, 60)), (" 5 ", (5,)), ("", ()), ("7;8 9", (7, 8, 9))],
)
def test_widths_are_read_as_people_write_them(text: str, sizes: tuple[int, ...]) -> None:
    assert read_sizes(text, "Hidden layers", largest=4096, example="200") == sizes


@pytest.mark.parametrize("text", ["200, x", "0", "-5", "200, -5", "4097", "1.5", "²", "9" * 400])
def test_a_width_that_cannot_be_is_named_with_its_range(text: str) -> None:
    with pytest.raises(InvalidExperimentError, match=r"1 to 4,096.*got '.*Write for example 200"):
        read_sizes(text, "Hidden layers", largest=4096, example="200")


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [("softmax", 7_850), ("mlp", 50_890), ("cnn", 8 * 26 + 16 * 201 + 256 * 10 + 10)],
)
def test_each_architecture_has_the_parameters_that_its_sizes_say(
    kind: Any, parameters: int
) -> None:
    test = opened()
    test.pills("images_architecture").set_value(kind).run()
    if kind == "mlp":
        test.text_input("images_widths").set_value("64").run()
    assert not test.exception
    assert f"{parameters:,}" in html(test).split("<tfoot>")[1]


def test_a_hidden_layer_that_is_no_number_keeps_the_draft_and_says_so() -> None:
    test = opened()
    before = draft(test)
    test.text_input("images_widths").set_value("200, sixty").run()
    assert "got 'sixty'" in messages(test)
    assert draft(test) == before
    assert test.button("train").disabled


def test_a_network_that_shrinks_the_picture_to_nothing_is_named_with_the_mend() -> None:
    test = opened()
    test.pills("images_architecture").set_value("cnn").run()
    test.text_input("images_channels").set_value("8, 16, 32").run()
    assert "Layer 8 (conv2d) needs a picture of at least 5 pixels" in messages(test)
    assert "use a smaller kernel or less pooling" in messages(test)
    assert html(test).count("does not fit") >= 3
    assert test.button("train").disabled


def test_what_the_form_says_is_the_draft_and_the_link() -> None:
    test = opened()
    test.pills("images_architecture").set_value("softmax").run()
    test.selectbox("optimizer").set_value("sgd").run()
    test.slider("images_momentum").set_value(0.9).run()
    test.number_input("images_epochs").set_value(3).run()
    found = draft(test)
    architecture = recognise(found.model.layers)
    assert architecture is not None
    assert architecture.kind == "softmax"
    assert found.training.optimizer == Sgd(lr=0.003, momentum=0.9)
    assert found.training.epochs == 3
    assert from_link(test.query_params["x"]) == found


def test_a_link_opens_its_experiment() -> None:
    experiment = get("digits-cnn").experiment
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    test.query_params["x"] = to_link(experiment)
    test = test.switch_page("pages/images.py").run()
    assert not test.exception
    assert draft(test) == experiment


def test_a_longer_budget_lets_go_of_a_finished_run_and_a_mistake_does_not(
    make_run: MakeRun,
) -> None:
    run = make_run("digits", "digits-mlp")
    test = opened(run.id)
    assert "Finished" in "".join(element.value for element in test.markdown)
    test.text_input("images_widths").set_value("none").run()
    assert test.session_state["lab_images"].run_id == run.id
    test.text_input("images_widths").set_value("30").run()
    assert test.session_state["lab_images"].run_id is None


def test_without_mnist_the_page_says_where_it_looked_and_offers_two_ways_out(
    data_dir: Path,
) -> None:
    test = opened()
    test.pills("dataset").set_value("mnist").run()
    said = "".join(element.value for element in (*test.markdown, *test.caption))
    assert "MNIST is not on this computer yet" in said
    assert "train-images-idx3-ubyte.gz" in said
    assert f"Looked in {data_dir.name}/MNIST/raw for" in said
    assert str(data_dir) not in said
    assert test.button("train").disabled
    assert test.button("images_download").label == "Download MNIST (11.6 MB)"
    test.button("images_use_digits").click().run()
    assert not test.exception
    assert draft(test).data.kind == "digits"
    assert not test.button("train").disabled


def test_a_missing_data_set_keeps_the_run_but_does_not_show_it_as_its_own(
    make_run: MakeRun,
) -> None:
    run = make_run("digits", "digits-mlp")
    test = opened(run.id)
    assert "nnlab-figures" in html(test)
    test.pills("dataset").set_value("fashion-mnist").run()
    assert not test.exception
    assert test.session_state["lab_images"].run_id == run.id
    said = "".join(element.value for element in (*test.markdown, *test.caption))
    assert "Fashion-MNIST is not on this computer yet" in said
    assert "Finished" not in said
    assert "Your run on digits is kept" in said
    test.pills("dataset").set_value("digits").run()
    assert "Finished" in "".join(element.value for element in test.markdown)


def test_a_broken_archive_is_named(datasets_dir: Path, data_dir: Path) -> None:
    shutil.copytree(datasets_dir / "MNIST", data_dir / "MNIST")
    broken = folder_of("mnist", data_dir) / "t10k-images-idx3-ubyte.gz"
    content = bytearray(broken.read_bytes())
    content[9000:9900] = bytes(900)
    broken.write_bytes(content)
    test = opened()
    test.pills("dataset").set_value("mnist").run()
    assert "t10k-images-idx3-ubyte.gz is damaged" in messages(test)
    assert test.button("train").disabled


def test_another_data_set_brings_its_usual_budget_and_normalisation(
    datasets_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNLAB_DATA_DIR", str(datasets_dir))
    test = opened()
    test.pills("dataset").set_value("fashion-mnist").run()
    assert not test.exception
    found = draft(test)
    assert found.training.epochs == get("mnist-mlp").experiment.training.epochs
    archive = folder_of("fashion-mnist", datasets_dir) / "train-images-idx3-ubyte.gz"
    with gzip.open(archive) as pixels:
        grey = np.frombuffer(pixels.read(), np.uint8, offset=16) / 255
    assert found.model.layers[0].mean == pytest.approx(grey.mean(), abs=1e-3)
    assert found.model.layers[0].std == pytest.approx(grey.std(), abs=1e-3)


def test_a_failed_download_says_why_and_can_be_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(kind: str, data_dir: Path, progress: object) -> None:
        raise NnlabError("no mirror answers")

    monkeypatch.setattr(downloads, "download", refuse)
    downloads.start_download("mnist", tmp_path)
    found = downloads.find_download("mnist")
    assert found is not None
    found.join()
    assert (found.running, found.error) == (False, "no mirror answers")
    downloads.forget_download("mnist")
    assert downloads.find_download("mnist") is None


def test_a_download_that_failed_is_told_to_who_watched_it_and_to_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()

    def fail(kind: str, data_dir: Path, progress: Any) -> None:
        progress(0.5, "train-images-idx3-ubyte.gz: fetched")
        goes_on.wait(30)
        raise NnlabError("No space left: free about 23 MB there.")

    monkeypatch.setattr(downloads, "download", fail)
    test = opened()
    test.pills("dataset").set_value("mnist").run()
    test.button("images_download").click().run()
    assert test.button("images_cancel_download")
    goes_on.set()
    found = downloads.find_download("mnist")
    assert found is not None
    found.join()
    test.run()
    assert "The download did not work" in messages(test)
    assert "No space left: free about 23 MB" in messages(test)
    assert test.button("images_download")
    assert test.button("images_use_digits")

    somebody_else = opened()
    somebody_else.pills("dataset").set_value("mnist").run()
    assert messages(somebody_else) == ""
    said = "".join(element.value for element in somebody_else.markdown)
    assert "MNIST is not on this computer yet" in said


def test_a_data_directory_that_cannot_be_written_is_named_with_the_mend(
    data_dir: Path, make_run: MakeRun
) -> None:
    run = make_run("digits", "digits-mlp")
    data_dir.write_text("a file, where the directory should be")
    test = opened(run.id)
    test.pills("dataset").set_value("kmnist").run()
    test.button("images_download").click().run()
    found = downloads.find_download("kmnist")
    assert found is not None
    found.join()
    assert found.error is not None
    assert str(data_dir) in found.error
    assert "set NNLAB_DATA_DIR to another directory" in found.error
    assert test.session_state["lab_images"].run_id == run.id


def test_half_an_archive_is_named_and_can_be_fetched_anew(data_dir: Path) -> None:
    half = folder_of("mnist", data_dir) / "train-images-idx3-ubyte.gz"
    half.parent.mkdir(parents=True)
    half.write_bytes(bytes(5_000_000))
    test = opened()
    test.pills("dataset").set_value("mnist").run()
    said = messages(test)
    assert "MNIST is not whole: train-images-idx3-ubyte.gz is there, but cut off" in said
    assert test.button("images_download").label == "Download MNIST (11.6 MB)"
    assert test.button("train").disabled


def test_the_time_left_is_steps_over_speed() -> None:
    assert time_left(1200, 100.0) == "12 s left"
    assert time_left(1200, 5.0) == "4 min 00 s left"
    assert time_left(1200, None) == "time left …"


def test_a_run_that_diverged_goes_on_with_a_third_of_the_rate(
    monkeypatch: pytest.MonkeyPatch, store: Store, data_dir: Path
) -> None:
    started: list[str] = []
    launcher = services.launcher()
    monkeypatch.setattr(
        type(launcher), "start", lambda self, run, *_, **__: started.append(run.id), raising=False
    )
    given = get("digits-mlp").experiment.with_set("training.optimizer", {"kind": "sgd", "lr": 900})
    run = store.create(given, name="too fast")
    *_, ended = train(run, data_dir=data_dir, device="cpu")
    assert ended.type == "fit_ended"
    assert ended.reason == "diverged"
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    test.session_state["lab_images"] = ImagesState(given, run.id)
    test = test.run().switch_page("pages/images.py").run()
    assert "Diverged at step" in messages(test)
    test.button("images_mend_rate").click().run()
    assert not test.exception
    assert started == [test.session_state["lab_images"].run_id]
    assert draft(test).training.optimizer.lr == pytest.approx(300)
