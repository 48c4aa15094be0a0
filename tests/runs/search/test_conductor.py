"""What a search does, with runs that are told what to say (`Puppets`)."""

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path

import pytest

from nnlab.config.axis import Axis
from nnlab.errors import NnlabError
from nnlab.runs.record import lock
from nnlab.runs.search.conductor import at_once, conduct
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run, Store
from nnlab.training.controls import Control, Controls, EndRun
from nnlab.training.events import ControlApplied, Event, FitEnded, FitStarted, Trial
from nnlab.visitor import Visitor
from tests.runs.bench import events_of, new_run
from tests.runs.search.bench import (
    LR,
    Puppets,
    all_well,
    epoch_ended,
    fit_ended,
    new_search,
    search_sweep,
)

ANNA = Visitor("anna", "1.2.3.4")


class Ticks:
    """A clock that goes on by each sleep, and fails a search that never ends."""

    def __init__(self) -> None:
        self.now, self.sleeps = 0.0, 0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.sleeps += 1
        assert self.sleeps < 5000, "the search does not end"


class Asked:
    """Controls: what a function of the look's number asks for, or raises."""

    def __init__(self, what: Callable[[int], str | None] = lambda look: None) -> None:
        self._what, self._look = what, 0

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        self._look += 1
        do = self._what(self._look)
        if do == "server_gone":
            raise EndRun("server_gone")
        return [Control.model_validate({"id": f"c{self._look}", "at": 0.0, "do": do})] if do else []


def led(
    run: Run, puppets: Puppets, controls: Controls | None = None, places: int | None = None
) -> Iterator[Event]:
    ticks = Ticks()
    return conduct(
        run,
        puppets,
        controls or Asked(),
        visitor=ANNA,
        places=places,
        clock=ticks,
        sleep=ticks.sleep,
    )


def ends(events: Sequence[Event]) -> list[tuple[int, str]]:
    return [(e.number, e.state) for e in events if isinstance(e, Trial) and e.state != "running"]


def test_each_trial_is_a_run_of_its_own_and_the_best_is_found(tmp_path: Path):
    run = new_search(tmp_path, search_sweep(method="grid", trials=9))
    run.change_meta(owner="anna")
    puppets = Puppets()
    events = list(led(run, puppets))
    assert events == events_of(run)
    history = SearchHistory(events)
    assert history.nets == 5
    assert history.states == ["completed"] * 5
    rates = [0.001, 0.003162, 0.01, 0.03162, 0.1]
    assert history.figures("val_loss").tolist() == pytest.approx(rates)
    assert (history.best(), history.step, history.left()) == (0, 5, 0)
    end = events[-1]
    assert isinstance(end, FitEnded)
    assert (end.reason, end.val_loss, run.status()) == ("completed", 0.001, "finished")
    store = Store(tmp_path)
    for number, (child, rate) in enumerate(zip(history.runs, rates, strict=True)):
        trained = store.get(child or "")
        assert trained.meta.parent == run.id
        assert trained.meta.owner == "anna"
        assert trained.meta.name == f"lr {rate:.4g}"
        assert trained.experiment.training.optimizer.lr == pytest.approx(rate)
        assert history.trials[number].curve("val_loss")[1].tolist() == [
            pytest.approx(2 * rate),
            pytest.approx(rate),
        ]
    assert set(puppets.visitors) == {ANNA}
    assert not lock.exists(run.path)


def test_so_many_train_at_once_and_never_more_than_there_are_places(tmp_path: Path):
    most = 0

    def told(run: Run) -> list[Event]:
        nonlocal most
        under_way = sum(row.newest.state == "running" for row in now().trials.values())
        most = max(most, under_way)
        return all_well(run)

    for asked, places, expected in ((3, None, 3), (3, 2, 2)):
        run = new_search(tmp_path, search_sweep(method="grid", trials=5, at_once=asked))
        now = lambda run=run: SearchHistory(events_of(run))  # noqa: E731
        most = 0
        list(led(run, Puppets(told), places=places))
        assert most == expected
    search = search_sweep(at_once=None, trials=1000).search
    assert search is not None
    assert at_once(search, 3) == 3
    assert at_once(search, 3, places=1) == 1


def test_a_trial_that_fails_diverges_or_is_stopped_does_not_end_the_search(tmp_path: Path):
    by_rate: dict[float, list[Event]] = {
        0.1: [fit_ended(0, "failed", error="the memory is full")],
        0.2: [epoch_ended(1, 5.0), fit_ended(1, "diverged")],
        0.3: [epoch_ended(1, 0.5), fit_ended(1, "stopped", val_loss=0.45)],
        0.4: [fit_ended(1, "stopped", val_loss=0.4, reached=0.4)],
        0.5: [fit_ended(2, "early_stopped", val_loss=0.6)],
    }
    axis = Axis(path=LR, values=tuple(by_rate))
    run = new_search(tmp_path, search_sweep(axis, method="grid", trials=5))
    puppets = Puppets(lambda run: by_rate[run.experiment.training.optimizer.lr])
    events = list(led(run, puppets))
    assert sorted(ends(events)) == [
        (0, "failed"),
        (1, "diverged"),
        (2, "stopped"),
        (3, "completed"),
        (4, "early_stopped"),
    ]
    history = SearchHistory(events)
    assert history.trials[0].newest.error == "the memory is full"
    assert history.best() == 3
    assert run.status() == "finished"


def test_values_that_do_not_go_together_are_a_failed_trial_without_a_run(tmp_path: Path):
    """Two hidden layers have a layer 3; one has none, and the path leads nowhere."""
    axes = (Axis(path="depth", values=(1, 2)), Axis(path="model.layers.5.bias", values=(True,)))
    run = new_search(tmp_path, search_sweep(*axes, method="grid", trials=2))
    history = SearchHistory(led(run, Puppets()))
    assert history.states == ["failed", "completed"]
    assert history.runs[0] is None
    assert "model.layers.5" in (history.trials[0].newest.error or "")
    assert history.step == 2


def test_a_search_all_of_whose_trials_fail_says_why(tmp_path: Path):
    run = new_search(tmp_path, search_sweep(method="grid", trials=2))
    events = list(led(run, Puppets(lambda run: [fit_ended(0, "failed", error="no data")])))
    end = events[-1]
    assert isinstance(end, FitEnded)
    assert (end.reason, end.error) == ("failed", "no data")


def test_what_is_far_behind_is_asked_to_stop_unless_it_is_in_its_last_epoch(tmp_path: Path):
    def told(run: Run) -> list[Event]:
        rate = run.experiment.training.optimizer.lr
        first = [epoch_ended(1, rate)]
        if rate == 0.09:
            return first
        if rate == 0.015:
            return [*first, epoch_ended(2, 9.0)]  # its last epoch: it ends by itself
        return [*first, epoch_ended(2, rate / 10), fit_ended(2, val_loss=rate)]

    def end_the_last(look: int) -> None:
        last = SearchHistory(events_of(run)).trials.get(5)
        if last is not None and (last.newest.state, last.newest.trial_epoch) == ("running", 2):
            child = Store(tmp_path).get(last.newest.run or "")
            puppets._say(child, fit_ended(2, val_loss=0.015))

    rates = (0.04, 0.03, 0.02, 0.01, 0.09, 0.015)
    axis = Axis(path=LR, values=rates)
    sweep = search_sweep(axis, method="grid", trials=6, at_once=1, pruning="median")
    run, puppets = new_search(tmp_path, sweep), Puppets(told)
    history = SearchHistory(led(run, puppets, Asked(end_the_last)))
    assert history.states == [*["completed"] * 4, "pruned", "completed"]
    assert puppets.asked == [(history.runs[4], "stop")]
    assert history.figures("val_loss", "best")[4] == 0.09


def test_no_further_trial_begins_once_the_budget_is_spent(tmp_path: Path):
    run = new_search(tmp_path, search_sweep(method="grid", trials=5, at_once=1, minutes=0.005))
    events = list(led(run, Puppets()))
    assert 1 <= len(ends(events)) < 5
    assert run.status() == "finished"


def endless(run: Run) -> list[Event]:
    return [epoch_ended(1, 0.5)]


def test_pause_resume_and_stop_reach_all_trials_and_the_time_stands_still(tmp_path: Path):
    does = {3: "pause", 4: "pause", 40: "resume", 45: "step", 50: "stop"}
    run, puppets = new_search(tmp_path, search_sweep()), Puppets(endless)
    seen: list[str] = []
    events: list[Event] = []
    for event in led(run, puppets, Asked(does.get)):
        events.append(event)
        seen.append(run.status())
    answers = [e for e in events if isinstance(e, ControlApplied)]
    assert [a.do for a in answers] == ["pause", "pause", "resume", "step", "stop"]
    assert [a.error is None for a in answers] == [True, True, True, False, True]
    assert [seen[events.index(a)] for a in answers[:3]] == ["paused", "paused", "running"]
    assert [do for _run, do in puppets.asked] == [
        *["pause"] * 2,
        *["resume"] * 2,
        *["stop"] * 2,
    ]
    assert answers[2].seconds == pytest.approx(answers[0].seconds, abs=1e-3)
    assert events[-1].seconds < 3
    assert (seen[-1], ends(events)) == ("stopped", [])


def test_a_search_goes_on_from_its_events_and_trains_nothing_twice(tmp_path: Path):
    """The rates of a search that was stopped half-way are those of one that was not."""
    sweep = search_sweep(
        Axis(path=LR, values="log:0.0001..1:5"), method="tpe", trials=14, at_once=1
    )
    whole = SearchHistory(led(new_search(tmp_path, sweep), Puppets()))
    run, first = new_search(tmp_path, sweep), Puppets()
    list(led(run, first, Asked({13: "stop"}.get)))
    stopped = SearchHistory(events_of(run))
    assert run.status() == "stopped"
    assert 10 < stopped.step < 14
    second = Puppets()
    list(led(run, second))
    history = SearchHistory(events_of(run))
    assert run.status() == "finished"
    assert history.values == whole.values
    assert history.states == ["completed"] * 14
    assert len(second.started) == 14 - stopped.step
    assert sum(isinstance(e, FitStarted) for e in events_of(run)) == 2
    assert history.seconds > stopped.seconds


def test_half_trained_trials_go_on_and_those_that_ended_meanwhile_are_heard(tmp_path: Path):
    run = new_search(tmp_path, search_sweep(method="grid", trials=3, at_once=3))
    for event in led(run, Puppets(endless)):
        if isinstance(event, Trial) and event.trial_epoch == 1 and event.number == 2:
            break  # as if it was killed here
    history = SearchHistory(events_of(run))
    assert history.states == ["running"] * 3
    finished, interrupted, _deleted = (Store(tmp_path).get(child or "") for child in history.runs)
    puppets = Puppets(
        lambda run: [epoch_ended(1, 0.5), epoch_ended(2, 0.2), fit_ended(2, val_loss=0.2)]
    )
    puppets._say(finished, epoch_ended(2, 0.1), fit_ended(2, val_loss=0.1))
    puppets.statuses = {finished.id: "finished", interrupted.id: "interrupted"}
    Store(tmp_path).delete(history.runs[2] or "")
    events = list(led(run, puppets))
    assert sorted(ends(events)) == [(0, "completed"), (1, "completed"), (2, "failed")]
    assert puppets.started == [interrupted]
    told = [e for e in events if isinstance(e, Trial) and e.number == 1 and e.state == "running"]
    assert [e.trial_epoch for e in told] == [2]  # the first one was told before
    assert SearchHistory(events_of(run)).figures("val_loss").tolist()[:2] == [0.1, 0.2]


def test_a_trial_that_gave_its_place_to_somebody_goes_on_and_one_that_is_lost_thrice_has_failed(
    tmp_path: Path,
):
    said: dict[str, int] = {}

    def told(run: Run) -> list[Event]:
        said[run.id] = said.get(run.id, 0) + 1
        rate = run.experiment.training.optimizer.lr
        if rate == 0.1:
            return all_well(run) if said[run.id] == 5 else [fit_ended(1, "released")]
        return [fit_ended(1, "server_gone")]

    axis = Axis(path=LR, values=(0.1, 0.2))
    run = new_search(tmp_path, search_sweep(axis, method="grid", trials=2))
    history = SearchHistory(led(run, Puppets(told)))
    assert history.states == ["completed", "failed"]
    assert sorted(said.values()) == [3, 5]


def test_a_silent_trial_whose_worker_is_gone_is_started_again(tmp_path: Path):
    run = new_search(tmp_path, search_sweep(method="grid", trials=1, at_once=1))
    puppets = Puppets()

    def told(child: Run) -> list[Event]:
        if len(puppets.started) == 1:
            puppets.statuses[child.id] = "interrupted"
            return [epoch_ended(1, 0.3)]
        return all_well(child)

    puppets.told = told
    history = SearchHistory(led(run, puppets))
    assert history.states == ["completed"]
    assert len(puppets.started) == 2


def test_a_trial_whose_last_worker_still_holds_its_run_is_started_once_it_is_free(tmp_path: Path):
    run = new_search(tmp_path, search_sweep(method="grid", trials=1, at_once=1))
    puppets = Puppets(refuse=Run.is_training)
    held = contextlib.ExitStack()

    def told(child: Run) -> list[Event]:
        if len(puppets.started) > 1:
            return all_well(child)
        held.enter_context(lock.hold(child.path))
        return [epoch_ended(1, 0.3), fit_ended(1, "server_gone")]

    def let_go(look: int) -> None:
        if look == 10:
            held.close()

    puppets.told = told
    history = SearchHistory(led(run, puppets, Asked(let_go)))
    assert history.states == ["completed"]
    assert len(puppets.started) == 2


def test_a_trial_that_finds_no_place_waits_until_another_has_ended(tmp_path: Path):
    run = new_search(tmp_path, search_sweep(method="grid", trials=3, at_once=2))
    puppets = Puppets()
    puppets.refuse = lambda child: any(
        row.newest.state == "running" and row.newest.trial_epoch == 0 and row.newest.run != child.id
        for row in SearchHistory(events_of(run)).trials.values()
    )
    assert SearchHistory(led(run, puppets)).states == ["completed"] * 3


def test_a_search_that_can_start_nothing_at_all_fails_and_can_go_on(tmp_path: Path):
    run = new_search(tmp_path, search_sweep(method="grid", trials=2))
    events = list(led(run, Puppets(refuse=lambda run: True)))
    end = events[-1]
    assert isinstance(end, FitEnded)
    assert (end.reason, end.error, run.status()) == ("failed", "no place", "failed")
    assert SearchHistory([*events, *led(run, Puppets())]).states == ["completed"] * 2


def test_the_end_of_the_server_and_a_release_leave_a_search_that_goes_on(tmp_path: Path):
    for asked, status in (("server_gone", "interrupted"), ("release", "paused")):
        run, puppets = new_search(tmp_path, search_sweep(trials=2, method="grid")), Puppets(endless)
        list(led(run, puppets, Asked({9: asked}.get)))
        assert run.status() == status
        assert {do for _run, do in puppets.asked} == (
            set() if asked == "server_gone" else {"release"}
        )
        puppets.told = all_well
        list(led(run, puppets))
        assert run.status() == "finished"


def test_a_run_that_is_no_search_or_is_led_already_is_refused(tmp_path: Path):
    with pytest.raises(NnlabError, match="is no search"):
        next(led(new_run(tmp_path), Puppets()))
    run = new_search(tmp_path, search_sweep())
    first = led(run, Puppets(endless))
    next(first)
    assert run.status() == "running"
    with pytest.raises(NnlabError, match="another process"):
        next(led(run, Puppets()))
    assert isinstance(first, Generator)
    first.close()
    assert run.status() == "interrupted"


def test_a_deleted_search_stops_its_trials(tmp_path: Path):
    run, puppets = new_search(tmp_path, search_sweep()), Puppets(endless)
    for event in led(run, puppets, Asked()):
        if isinstance(event, Trial) and event.trial_epoch == 1 and run.path.is_dir():
            run.path.rename(tmp_path / ".deleted")
    assert {do for _run, do in puppets.asked} == {"release"}


def test_a_search_waits_for_a_cluster_that_is_away_and_takes_its_threads(tmp_path: Path):
    run = new_search(tmp_path, search_sweep(method="grid", trials=3, at_once=None))
    puppets = Puppets(has_cores=6, has_threads=2, gone="nobody answers")
    events = led(run, puppets)
    for _told in ("the beginning", "a trial"):
        next(events)
    assert puppets.started == []
    puppets.gone = None
    list(events)
    assert len(puppets.started) == 3
    assert {one.experiment.training.threads for one in puppets.started} == {2}
