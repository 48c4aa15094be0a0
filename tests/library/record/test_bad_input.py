"""Whatever is given, the loop goes on: one warning says what, why and the mend."""

import itertools
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn, cast

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from nnlab.library.record import Recording, RecordWarning, record
from nnlab.library.record.recorder import Recorder
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.recorded.writer import RecordedWriter
from nnlab.runs.store import Store
from tests.library.record.bench import (
    checkpoint_steps,
    events,
    live,
    losses,
    network,
    points,
    said_once,
    the_run,
    train,
)

REPOSITORY = Path(__file__).resolve().parents[3]


class Unreadable:
    def __iter__(self) -> NoReturn:
        raise RuntimeError


def history(runs_dir: Path) -> RecordedHistory:
    return RecordedHistory(events(the_run(runs_dir)))


def recorded_with(match: str, **arguments: object) -> Recording:
    """A recorded loop, of which one thing is said; it is the same as the bare one."""
    bare = train(network())
    model = network()
    given: dict[str, Any] = {"name": "mine", **arguments}
    with (
        pytest.warns(RecordWarning, match=match) as said,
        record(model, **given) as run,
    ):
        assert train(model, run) == bare
    assert [one.category for one in said] == [RecordWarning]
    assert said[0].filename.startswith(str(REPOSITORY / "tests"))
    if run.run is not None:
        assert run.run.recorded.notes == (str(said[0].message),)
    return run


@pytest.mark.parametrize(
    ("match", "arguments"),
    [
        ("got 5: it is recorded as 'Sequential'; give another", {"name": 5}),
        ("got ''", {"name": ""}),
        ("1 to 80 printable", {"name": "x" * 100}),
        ("1 to 80 printable", {"name": "a\0b"}),
        (
            "a class for each output.*got 3 classes and outputs of shape",
            {"classes": ["a", "b", "c"]},
        ),
        ("give strings, as in", {"classes": [0, 1]}),
        ("give strings, as in", {"classes": "ab"}),
        ("give strings, as in", {"classes": 3}),
        ("give strings, as in", {"classes": itertools.repeat("a")}),
        ("give strings, as in", {"classes": Unreadable()}),
        ("give strings, as in", {"classes": ["a", "b" * 81]}),
        ("give strings, as in", {"classes": ["a"]}),
        ("The data is not recorded.*60 examples and 59 targets", {"data": (points()[0], [0] * 59)}),
        ("The data is not recorded.*got 'circle'", {"data": "circle"}),
        ("The data is not recorded", {"data": 5}),
        ("The data is not recorded", {"data": (points()[0], points()[1], 3)}),
        ("The data is not recorded.*got float32 of shape", {"data": np.zeros((0, 2), np.float32)}),
        (
            "Targets are numbers of classes from 0 to 1, got 0 to 7",
            {"data": (points()[0], [7, *[0] * 59])},
        ),
        ("A target is one number, got y of shape", {"data": (points()[0], points()[0])}),
        ("The curves are recorded, the network's picture is not", {"data": torch.zeros(5, 3)}),
        ("runs is the path of a folder, got 5", {"runs": 5}),
    ],
)
def test_one_word_is_said_and_the_loop_is_the_same(
    runs_dir: Path, match: str, arguments: dict[str, object]
) -> None:
    recorded_with(match, **arguments)
    assert history(runs_dir).step == 30
    assert live(the_run(runs_dir)).keys() == network().state_dict().keys()


def test_what_is_no_module_has_curves(runs_dir: Path) -> None:
    with (
        said_once("takes a torch.nn.Module, got 'model'"),
        record(cast(nn.Module, "model"), name="mine") as run,
    ):
        run.step(loss=1)
    assert history(runs_dir).latest("loss") == 1


def test_a_place_where_nothing_can_be_written_records_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    run = recorded_with("Nothing is recorded.*NNLAB_RUNS_DIR", runs=tmp_path / "file" / "runs")
    assert (run.id, run.path, run.run) == (None, None, None)


def test_a_setting_that_is_none_records_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNLAB_MAX_RUNS", "many")
    assert recorded_with("Nothing is recorded.*NNLAB_MAX_RUNS").id is None


def test_two_at_once_have_two_names_and_a_later_one_has_its_own(runs_dir: Path) -> None:
    with record(network(), name="mine"):
        with said_once(r"recorded as 'mine \(2\)'"):
            second = record(network(), name="mine")
        with second, said_once(r"recorded as 'mine \(3\)'"):
            record(network(), name="mine").close()
    record(network(), name="mine").close()
    names = sorted(summary.meta.name for summary in Store(runs_dir).recorded())
    assert names == ["mine", "mine", "mine (2)", "mine (3)"]


def test_a_network_that_changes_its_shapes_keeps_what_it_had_and_its_curves(runs_dir: Path) -> None:
    model = network()
    with (
        said_once(r"keeps its tensors, got 2.weight of shape \[3, 8\]"),
        record(model, name="mine", data=points()) as run,
    ):
        train(model, run, 5)
        model[2] = nn.Linear(8, 3)
        train(model, run, 5)
    assert live(the_run(runs_dir))["2.weight"].shape == (2, 8)
    assert history(runs_dir).step == 10
    assert max(checkpoint_steps(the_run(runs_dir))) <= 5


def test_weights_that_are_no_numbers_are_not_kept_and_the_figures_are(runs_dir: Path) -> None:
    layer = nn.Linear(2, 2)
    model = nn.Sequential(layer)
    with said_once("last finite ones stay"), record(model, name="mine") as run:
        train(model, run, 3)
        nn.init.constant_(layer.weight, float("nan"))
        run.step(loss=float("nan"), acc=float("inf"))
    assert all(value.isfinite().all() for value in live(the_run(runs_dir)).values())
    _steps, values = history(runs_dir).curve("acc")
    assert np.isposinf(values).all()


@pytest.mark.parametrize(
    "value",
    [
        torch.zeros(3),
        np.zeros((2, 2)),
        "0.5",
        None,
        [1.0],
        1j,
        torch.tensor(1j),
        10**400,
        torch.zeros((), device="meta"),
        nn.Linear(1, 1),
    ],
    ids=str,
)
def test_a_metric_that_is_no_single_number_is_said_once_and_the_others_go_on(
    runs_dir: Path, value: object
) -> None:
    with (
        said_once(r"A metric is one number, and acc was .*\.mean\(\)"),
        record(network(), name="mine") as run,
    ):
        for _ in range(3):
            run.step(loss=1, acc=value)
    assert list(history(runs_dir).curves) == ["loss"]


@pytest.mark.parametrize(
    "value",
    [
        *(0.5, np.float32(0.5), np.array(0.5), np.array([0.5]), torch.tensor([[0.5]])),
        *(torch.tensor(0.5, dtype=torch.bfloat16), nn.Parameter(torch.tensor(0.5))),
    ],
    ids=repr,
)
def test_whatever_is_one_number_is_taken(runs_dir: Path, value: object) -> None:
    with record(network(), name="mine") as run:
        run.step(loss=value, yes=True, one=1, whole=torch.tensor(3), flag=np.bool_(False))
    said = history(runs_dir)
    assert [said.latest(name) for name in said.curves] == [0.5, 1, 1, 3, 0]


def test_too_many_names_and_too_long_ones_are_said_once_each(runs_dir: Path) -> None:
    run = record(network(), name="mine")
    metrics = {f"m{i}": i for i in range(70)} | {"x" * 81: 1, "y" * 90: 1}
    with pytest.warns(RecordWarning) as said:
        run.step(**metrics)
    run.step(**metrics)
    run.close()
    texts = sorted(str(one.message) for one in said)
    assert len(texts) == 2
    assert re.search("1 to 80 printable characters.*xxx", texts[0])
    assert re.search("At most 64 metrics.*'m64'", texts[1])
    assert len(history(runs_dir).curves) == 64


def test_a_network_that_cannot_be_exported_has_curves_and_weights(runs_dir: Path) -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(2, 2)

        def forward(self, x: Tensor) -> Tensor:
            return self.layer(x) if float(x.sum()) > 0 else -self.layer(x)

    model = Odd()
    with (
        said_once("the network's picture is not"),
        record(model, name="mine", data=points()) as run,
    ):
        train(model, run)
    found = the_run(runs_dir).recorded
    assert found.tensors is None
    assert found.no_graph
    assert any(found.no_graph in note for note in found.notes)
    assert live(the_run(runs_dir)).keys() == model.state_dict().keys()


def test_a_network_compiled_while_it_is_recorded_is_compiled_as_a_whole(runs_dir: Path) -> None:
    model = network()
    x, _y = points()
    with record(model, name="mine") as run:
        torch.compile(model, backend="eager", fullgraph=True)(x)
        run.step(loss=1)
    assert "Nobody said what the network takes" in (the_run(runs_dir).recorded.no_graph or "")


@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning")
def test_a_module_of_torchscript_has_curves_and_weights(runs_dir: Path) -> None:
    model = torch.jit.script(network())
    with record(model, name="mine") as run:
        train(model, run, 3)
    assert history(runs_dir).step == 3
    assert live(the_run(runs_dir)).keys() == network().state_dict().keys()


def test_a_full_disk_ends_the_recording_and_not_the_loop(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    model = network()
    with said_once("No space left"), record(model, name="mine") as run:
        train(model, run, 1)
        monkeypatch.setattr(RecordedWriter, "append", full)
        for _loss in losses(model, run, 500):
            pass
    assert the_run(runs_dir).status() == "interrupted"
    assert history(runs_dir).step == 1


def test_a_fault_of_the_recorder_itself_is_no_fault_of_the_loop(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(_recorder: Recorder) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(Recorder, "_write_what_is_due", fault)
    recorded_with(r"your loop goes on: RuntimeError\(.a fault.\)")


def test_several_threads_record_into_one(runs_dir: Path) -> None:
    with record(network(), name="mine") as run:
        threads = [
            threading.Thread(target=lambda: [run.step(loss=1) for _ in range(500)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    said = history(runs_dir)
    assert said.step == 2000
    assert set(said.curve("loss")[1].tolist()) == {1.0}


def test_it_works_where_warnings_are_errors(runs_dir: Path) -> None:
    code = """
import torch
from nnlab.library.record import record
model = torch.nn.Linear(2, 2)
with record(model, name=5, data="nothing", classes=[1]) as run:
    for step in range(10):
        run.step(loss=torch.zeros(3), acc=model(torch.ones(1, 2)).sum())
print("done")
"""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (ended.returncode, ended.stdout) == (0, "done\n")
    lines = ended.stderr.splitlines()
    assert len(lines) == 4
    assert all(line.startswith("RecordWarning: ") for line in lines)
    assert history(runs_dir).step == 10
