"""What a page is told of a run: everything once, and the weights as they lie in the file."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from nnlab.export.html.recorded_moments import Needed
from nnlab.files import append_line
from nnlab.notebook import news as news_module
from nnlab.notebook.news import News, WeightHistory, read_moment
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.store import Store
from tests.notebook.conftest import MakeRun
from tests.runs.recorded.made import add_metrics, make_recorded

Told = list[tuple[dict[str, Any], list[bytes]]]
NEEDED = Needed((("0.weight", (3, 2)), ("0.bias", (3,))), ("0.weight", "0.bias"))


def told_events(told: Told) -> list[dict[str, Any]]:
    found = []
    for head, buffers in told:
        if "events" in head["has"]:
            found += json.loads(buffers[head["has"].index("events")])
    return found


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (path / EVENTS_FILE).read_text().splitlines()]


def test_every_event_is_told_once_and_in_order_while_the_file_grows(store: Store) -> None:
    run, told = make_recorded(store, reason=None), list[Any]()
    news = News(run, None, lambda head, buffers: told.append((head, buffers)))
    news.tell("running")
    add_metrics(run, [{"loss": 0.1 * i} for i in range(20)], first=4)
    news.tell("running")
    news.tell("running")
    assert told_events(told) == lines(run.path)
    assert len(told) == 2, "without news nothing is sent"
    assert [head["from"] for head, _ in told] == [0, told[0][0]["next"]]


def test_a_page_that_missed_something_is_told_all_of_it(store: Store) -> None:
    run, told = make_recorded(store), list[Any]()
    news = News(run, NEEDED, lambda head, buffers: told.append((head, buffers)))
    news.tell("finished")
    told.clear()
    news.again()
    news.tell("finished")
    assert told_events(told) == lines(run.path)
    assert told[0][0]["from"] == 0
    assert "weights" in told[0][0]["has"]


def test_more_events_than_one_piece_holds_are_told_one_piece_after_another(store: Store) -> None:
    run, told = make_recorded(store), list[Any]()
    for step in range(1500):
        line = {"type": "metrics", "step": 100 + step, "epoch": 0, "seconds": 9, "values": {}}
        append_line(run.path / EVENTS_FILE, json.dumps(line | {"note": "x" * 200}))
    News(run, None, lambda head, buffers: told.append((head, buffers))).tell("running")
    assert len(told) > 1
    assert told_events(told) == lines(run.path)


def test_weights_travel_as_float32_in_the_order_that_the_page_was_told(trained: MakeRun) -> None:
    run, told = trained(), list[Any]()
    live = load_file(run.path / LIVE)
    names = tuple(reversed(live))
    needed = Needed(tuple((name, tuple(live[name].shape)) for name in names), names)
    News(run, needed, lambda head, buffers: told.append((head, buffers))).tell("finished")
    head, buffers = told[0]
    expected = torch.cat([live[name].flatten() for name in names]).numpy()
    found = np.frombuffer(buffers[head["has"].index("weights")], "<f4")
    assert np.array_equal(found, expected)
    assert head["step"] == 60


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64, torch.int64])
def test_other_numbers_become_float32(tmp_path: Path, dtype: torch.dtype) -> None:
    tensors = {"0.weight": torch.arange(6).reshape(3, 2).to(dtype), "0.bias": torch.ones(3)}
    save_file(tensors, tmp_path / "x", {"step": "7"})
    found = read_moment((tmp_path / "x").read_bytes(), NEEDED)
    assert found is not None
    assert found[0] == 7
    assert found[1].tolist() == [0, 1, 2, 3, 4, 5, 1, 1, 1]
    assert found[1].dtype == np.float32


def test_a_file_of_another_network_tells_no_weights(tmp_path: Path) -> None:
    save_file({"0.weight": torch.ones(2, 2), "0.bias": torch.ones(3)}, tmp_path / "x")
    assert read_moment((tmp_path / "x").read_bytes(), NEEDED) is None
    assert read_moment(b"no such file", NEEDED) is None


def test_what_is_kept_stays_within_its_bytes_and_goes_all_the_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(news_module, "MOST_KEPT", 400)
    kept = WeightHistory()
    for step in range(1, 101):
        kept.add(step, np.full(2, step, np.float32))
        assert 8 * len(kept.values) <= 400
    assert kept.steps[0] == 1
    assert kept.steps[-1] == 100
    assert [int(one[0]) for one in kept.values] == kept.steps
    assert max(np.diff(kept.steps)) <= 8


def test_a_run_that_goes_on_from_an_earlier_step_makes_its_moments_anew() -> None:
    kept = WeightHistory()
    for step in (10, 20, 30, 20):
        kept.add(step, np.full(1, step, np.float32))
    assert kept.steps == [10, 20]
