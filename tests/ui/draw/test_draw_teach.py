"""Teach and Game on the Draw page, without a browser."""

import io
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnlab.data.handwriting import drawings, freeze, keep, read
from nnlab.data.handwriting_zip import export
from nnlab.drawing import to_network_input
from nnlab.export.fine_tune import tuned
from nnlab.models import build
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.store import Run, Store
from nnlab.ui.draw.panels.game import PAIRS, new_game, score
from nnlab.ui.draw.panels.teach_files import take_zip
from nnlab.ui.session.draw_state import DrawState, Game, Sheet
from nnlab.ui.session.typed import key_of
from tests.ui.draw.test_draw import APP, captions, experiment, stroke, trained

pytestmark = pytest.mark.usefixtures("quiet_server")


def page(panel: str, *, drawn: bool = True, game: Game | None = None) -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=60)
    sheet = stroke() if drawn else Sheet()
    test.session_state[key_of(DrawState)] = DrawState(panel=panel, sheet=sheet, game=game)
    test.run()
    test.switch_page("pages/draw.py").run()
    assert not test.exception
    return test


def state(test: AppTest) -> DrawState:
    return test.session_state[key_of(DrawState)]


def points(test: AppTest) -> list[int]:
    game = state(test).game
    assert game is not None
    return game.points


def markdown(test: AppTest) -> str:
    return "\n".join(element.value for element in test.markdown)


def keep_ones(data_dir: Path, number: int) -> None:
    for seed in range(number):
        dots = np.random.default_rng(seed).random((28, 28), np.float32)
        keep(dots, 9 if seed % 4 else 1, data_dir)


def test_a_press_keeps_what_the_network_received_with_its_label_and_clears_the_sheet(
    data_dir: Path,
) -> None:
    test = page("Teach")
    test.button("draw_teach_1").click().run()
    (kept,) = drawings(data_dir)
    assert kept.label == 1
    from nnlab.drawing import read_image

    received = to_network_input(read_image(stroke().png or b""))
    assert np.abs(kept.picture() / 255 - received).max() <= 0.5 / 255 + 1e-6
    assert "Kept as a 1." in captions(test)
    assert state(test).sheet.png is None
    assert test.button("draw_teach_1").disabled  # nothing is drawn any more


def test_without_a_drawing_nothing_can_be_kept(data_dir: Path) -> None:
    test = page("Teach", drawn=False)
    assert all(test.button(f"draw_teach_{label}").disabled for label in range(10))
    assert "0 drawings" in markdown(test)


def test_the_model_is_judged_on_what_is_kept(runs_dir: Path, data_dir: Path) -> None:
    trained(runs_dir, "sees nines")
    keep_ones(data_dir, 20)
    test = page("Teach", drawn=False)
    assert "**15 of 20** right (75.0%)" in markdown(test)
    assert not test.button("draw_fine_tune").disabled


def test_nineteen_are_one_too_few_to_fine_tune(runs_dir: Path, data_dir: Path) -> None:
    trained(runs_dir, "a reader")
    keep_ones(data_dir, 19)
    button = page("Teach", drawn=False).button("draw_fine_tune")
    assert button.disabled
    assert "1 more to draw" in button.label


def test_deleting_takes_the_newest_or_all(data_dir: Path) -> None:
    keep_ones(data_dir, 3)
    test = page("Teach", drawn=False)
    first = drawings(data_dir)[0]
    test.button("draw_delete_newest").click().run()
    assert len(drawings(data_dir)) == 2
    assert drawings(data_dir)[0] == first
    test.button("draw_delete_all").click().run()
    assert drawings(data_dir) == []
    assert "Deleted 2 drawings." in captions(test)


def test_a_zip_goes_in_as_it_came_out_and_a_broken_one_is_a_sentence(data_dir: Path) -> None:
    keep_ones(data_dir, 3)
    before = read(drawings(data_dir))
    content = export(drawings(data_dir))
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    good, words = take_zip(content)
    assert good
    assert words == "3 drawings were taken."
    pictures, labels = read(drawings(data_dir))
    assert np.array_equal(pictures[3:], before[0])
    assert np.array_equal(labels[3:], before[1])
    good, words = take_zip(content[:-40])
    assert not good
    assert words.startswith("Nothing was taken. ")
    assert len(drawings(data_dir)) == 6


def tuned_run(store: Store, parent: Run, drawn: str) -> Run:
    """As fine-tuning leaves it, but with weights that see a 1 in everything."""
    run = store.create(tuned(experiment(), drawn), name="tuned")
    run.change_meta(tuned_from=parent.id)
    network = build(experiment().model, (1, 28, 28))
    with torch.no_grad():
        network.get_parameter("1.weight").zero_()
        network.get_parameter("1.bias").zero_()
        network.get_parameter("1.bias")[1] = 5.0
    save_live(run.path, network.state_dict(), 30)
    return run


def test_before_and_after_are_those_of_both_networks_on_the_same_drawings(
    runs_dir: Path, data_dir: Path, store: Store
) -> None:
    parent = trained(runs_dir, "sees nines")
    keep_ones(data_dir, 20)
    run = tuned_run(store, parent, freeze(drawings(data_dir), data_dir))
    for _ in range(4):  # drawn later
        keep(np.ones((28, 28), np.float32), 1, data_dir)
    test = AppTest.from_file(str(APP), default_timeout=60)
    test.session_state[key_of(DrawState)] = DrawState(panel="Teach", model=run.id)
    test.run().switch_page("pages/draw.py").run()
    assert not test.exception
    tables = "".join(element.proto.body for element in test.get("html"))
    row = "the 20 drawings it learned from</th><td>75.0%</td><td>25.0%</td><td>-50.0 points</td>"
    assert row in tables
    assert "4 drawings kept since</th><td>0%</td><td>100%</td><td>+100.0 points</td>" in tables


def test_a_round_gives_the_probability_of_the_digit_that_was_asked_for(runs_dir: Path) -> None:
    trained(runs_dir, "sees nines")
    powers = np.exp(np.arange(10.0))
    test = page("Game", game=Game("ask", asked=[9, 3, *range(8)]))
    assert "Draw a 9" in markdown(test)
    test.button("draw_game_done").click().run()
    assert points(test) == [score(powers[9] / powers.sum())] == [63]
    assert state(test).sheet.png is None
    assert "Draw a 3" in markdown(test)
    assert test.button("draw_game_done").disabled  # nothing is drawn yet
    test.button("draw_game_skip").click().run()
    assert points(test) == [63, 0]


def test_fooling_counts_only_when_the_network_believes_the_other_digit(runs_dir: Path) -> None:
    trained(runs_dir, "sees nines")
    as_nine, as_eight = PAIRS.index((4, 9)), PAIRS.index((3, 8))
    test = page("Game", game=Game("fool", asked=[as_eight, as_nine, *range(8)]))
    test.segmented_control("draw_game_mode").set_value("fool").run()
    state(test).game = Game("fool", asked=[as_eight, as_nine, *range(8)])
    state(test).sheet = stroke()
    test.run()
    assert "Draw a 3 that it reads as an 8" in markdown(test)
    assert test.button("draw_game_done").disabled
    test.button("draw_game_skip").click().run()
    state(test).sheet = stroke()
    test.run()
    assert "Fooled: it is **63%** sure of a 9." in markdown(test)
    test.button("draw_game_done").click().run()
    assert points(test) == [0, 63]


def test_ten_rounds_end_with_a_result_and_another_game(runs_dir: Path) -> None:
    trained(runs_dir, "a reader")
    test = page("Game", game=Game("ask", list(range(10)), [90] * 9 + [10]))
    assert "820 of 1000 points" in markdown(test)
    assert "unsure of your 9" in captions(test)
    test.button("draw_game_again").click().run()
    assert points(test) == []


def test_a_game_asks_for_each_digit_once() -> None:
    game = new_game("ask", random.Random(1))
    assert sorted(game.asked) == list(range(10))
    assert Game("ask", [1] * 10, [60, 20, 70, 80]).streak == 2
