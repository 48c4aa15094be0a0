"""What runs take on disk: it is bounded, it is said before, and what matters stays."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nnlab.errors import NnlabError
from nnlab.files import append_line
from nnlab.runs import disk
from nnlab.runs.disk import apply, make_room, plan_removal, total, usage
from nnlab.runs.record import lock
from nnlab.runs.record.checkpoints import save_checkpoint
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.weight_files import BEST, FOLDER, list_checkpoints
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings, read_settings
from nnlab.training.events import to_line
from nnlab.training.fit import fit
from nnlab.training.state import State
from tests.runs.bench import experiment, started
from tests.runs.record.test_log_and_history import ended
from tests.training.bench import experiment as small
from tests.training.bench import splits

EACH = 1000
"""Bytes of a checkpoint made by hand."""


@pytest.fixture
def store(runs_dir: Path) -> Store:
    return Store(runs_dir)


def resting(store: Store, created: float, reason: str = "completed", **meta: object) -> Run:
    """A run with five checkpoints and the best one."""
    run = store.create(experiment(), name=f"run {created:g}")
    run.change_meta(created=created, **meta)
    for event in (started(), ended(reason)):
        append_line(run.path / EVENTS_FILE, to_line(event))
    (run.path / FOLDER).mkdir()
    for name in ("best", *(f"{step:010d}" for step in range(10, 60, 10))):
        (run.path / FOLDER / f"{name}.pt").write_bytes(b"x" * EACH)
    return run


def steps_kept(run: Run) -> list[int]:
    return [int(path.stem) for path in list_checkpoints(run.path)]


# one run -------------------------------------------------------------------------------------


def test_checkpoints_thin_out_with_the_age_in_seconds_of_training(tmp_path: Path) -> None:
    """One every two seconds for a quarter of an hour, at a rate of steps that falls."""
    fitting = fit(small(steps=1), splits())
    list(fitting)
    state = fitting.snapshot()
    seconds = {int(1000 * at**0.7): float(at) for at in range(2, 902, 2)}
    for step, at in seconds.items():
        given: State = {**state, "step": step, "seconds": at}
        save_checkpoint(tmp_path, given)
    kept = [seconds[int(path.stem)] for path in list_checkpoints(tmp_path)]
    assert (kept[0], kept[-1]) == (2, 900)
    assert [at for at in kept if at >= 840] == list(range(840, 902, 2))  # dense: all of them
    for before, after in itertools.pairwise(kept):
        assert after - before <= max(2, 0.1 * (900 - before) + 2)
    gaps = [after - before for before, after in itertools.pairwise(kept)]
    assert min(gaps[:4]) > 5 * gaps[-1]  # ever sparser
    assert len(kept) < 90


# all runs ------------------------------------------------------------------------------------


def test_usage_is_the_bytes_of_all_files(store: Store) -> None:
    run, other = resting(store, 1), resting(store, 2)
    for one in (run, other):
        files = [Path(folder) / name for folder, _, names in os.walk(one.path) for name in names]
        assert usage(one) == sum(len(file.read_bytes()) for file in files) > 6 * EACH
    (store.root / ".deleted-x").mkdir()
    (store.root / ".deleted-x" / "left").write_bytes(b"x" * 77)
    assert total(store) == usage(run) + usage(other) + 77
    assert usage(Run(store.root / "gone")) == 0
    assert total(Store(store.root / "gone")) == 0


def test_within_the_limit_nothing_goes(store: Store) -> None:
    resting(store, 1)
    assert plan_removal(store, total(store)) == []
    assert make_room(store, total(store)) == 0


def test_the_oldest_finished_run_that_nobody_holds_dear_goes_first(store: Store) -> None:
    tagged = resting(store, 1, tags=("keep",))
    parent = resting(store, 2)
    stopped = resting(store, 3, reason="stopped")
    newer, older = resting(store, 5), resting(store, 4, parent=parent.id)
    trains, waits = resting(store, 0), resting(store, 0.5)
    with lock.hold(trains.path):
        (trains.path / EVENTS_FILE).write_text(to_line(started()) + "\n")
        plan = plan_removal(store, 0, busy={waits.id})
    assert [removal.run for removal in plan] == [older, newer, stopped, tagged, parent]
    assert [removal.name for removal in plan][:2] == ["run 4", "run 5"]
    for removal in plan:
        assert [path.name for path in removal.files] == [f"{s:010d}.pt" for s in (20, 30, 40)]
        assert removal.size == 3 * EACH


def test_no_more_goes_than_has_to_and_what_goes_was_said(store: Store) -> None:
    older, newer = resting(store, 1), resting(store, 2)
    before = total(store)
    plan = plan_removal(store, before - 4 * EACH - 1)
    assert sum(removal.size for removal in plan) == 5 * EACH
    assert steps_kept(older) == steps_kept(newer) == [10, 20, 30, 40, 50]
    assert apply(plan) == 5 * EACH
    assert total(store) == before - 5 * EACH
    assert steps_kept(older) == [10, 50]
    assert steps_kept(newer) == [10, 40, 50]
    assert all((run.path / FOLDER / BEST).is_file() for run in (older, newer))
    assert apply(plan) == 0


def test_a_run_that_trains_by_now_is_left_alone(store: Store) -> None:
    run = resting(store, 1)
    plan = plan_removal(store, 0)
    with lock.hold(run.path):
        assert apply(plan) == 0
    assert steps_kept(run) == [10, 20, 30, 40, 50]


def test_checkpoints_set_aside_as_damaged_go_first(store: Store) -> None:
    run = resting(store, 1)
    aside = run.path / FOLDER / "0000000060.pt.damaged"
    aside.write_bytes(b"x" * 10)
    (removal,) = plan_removal(store, total(store) - 1)
    assert removal.files == (aside,)


def test_where_thinning_does_not_do_the_largest_runs_are_named(store: Store) -> None:
    runs = [resting(store, number) for number in range(5)]
    (runs[3].path / "large").write_bytes(b"x" * 30_000)
    with pytest.raises(NnlabError) as raised:
        make_room(store, 20_000)
    assert "NNLAB_MAX_DISK allows 20.0 kB" in str(raised.value)
    assert "Delete runs ('run 3' takes 3" in str(raised.value)
    assert all(steps_kept(run) == [10, 50] for run in runs)
    assert len(store.summaries()) == 5


def test_a_launcher_makes_room_before_it_starts_or_refuses(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def idle(_: LocalLauncher) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", "input()"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, text=True)

    monkeypatch.setattr(LocalLauncher, "_warm_host", idle)
    old, run = resting(store, 1), store.create(experiment(), name="new")
    room = total(store) - EACH
    for limit, is_started in ((1, False), (room, True)):
        launcher = LocalLauncher(Settings(max_disk=limit))
        if is_started:
            launcher.start(run)
            assert launcher.pending() == {run.id: "starting"}
        else:
            with pytest.raises(NnlabError, match=r"NNLAB_MAX_DISK allows 1 B.*Delete runs"):
                launcher.start(run)
            assert launcher.pending() == {}
        launcher.close()
        assert steps_kept(old) == [10, 50]


def test_the_limit_is_read_in_the_units_that_people_write(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().max_disk == 20 * 10**9
    written = {"5GB": 5 * 10**9, "500 MB": 5 * 10**8, "1.5TiB": 3 * 2**39, "4096": 4096}
    for text, size in written.items():
        monkeypatch.setenv("NNLAB_MAX_DISK", text)
        assert read_settings().max_disk == size
    for text in ("lots", "5 parsecs", "0", "-1GB", ""):
        monkeypatch.setenv("NNLAB_MAX_DISK", text)
        with pytest.raises(NnlabError, match=r"NNLAB_MAX_DISK.* is not valid"):
            read_settings()


def test_bytes_in_words() -> None:
    given = (0, 999, 1000, 20_000_000, 20 * 10**9)
    assert [disk.in_words(size) for size in given] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "20.0 MB",
        "20.0 GB",
    ]
