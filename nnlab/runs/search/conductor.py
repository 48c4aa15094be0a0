"""Leads a search from its first trial to its last: obeys its controls, and ends when it is time."""

import logging
import time
from collections.abc import Callable, Iterator

from nnlab.config.sweep import Search
from nnlab.errors import NnlabError
from nnlab.runs.record import lock
from nnlab.runs.record.log import read_head_and_tail
from nnlab.runs.search.check import search_of
from nnlab.runs.search.diary import Diary
from nnlab.runs.search.space import Space
from nnlab.runs.search.trials import Trials
from nnlab.runs.store import Run
from nnlab.runs.workers.launcher import Launcher
from nnlab.texts import _
from nnlab.training.controls import Action, Controls, EndRun
from nnlab.training.events import Event
from nnlab.visitor import AT_THE_MACHINE, Visitor

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.1
"""Seconds between two looks at all trials: the place of an ended one is unused for so long."""
LEAVE_SECONDS = 10.0
"""How long the end of a search waits for the last words of its trials."""


def conduct(  # noqa: PLR0913 - collaborators are passed in, so that tests give their own
    run: Run,
    launcher: Launcher,
    controls: Controls,
    *,
    visitor: Visitor = AT_THE_MACHINE,
    places: int | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[Event]:
    """Lead the search of a run directory to its end, and yield each event after it was written.

    It goes on from its events: what its trials came to is told to Optuna again, and those that were
    under way go on from their checkpoints. A trial that fails or diverges does not end it. What
    goes wrong with the search itself ends it with `fit_ended(reason="failed")`; it can be led on.

    Args:
        run: has a sweep with a search.
        launcher: trains the trials, each a run of its own.
        controls: `pause`, `resume` and `stop` are of the search and of all its trials, which go on
            when the search does.
        visitor: who starts the trials.
        places: trials of theirs that may train at once; None: as the search says.
        clock: seconds.
        sleep: waits for so many.

    Raises:
        NnlabError: the run is no search, another process leads it, or it cannot be written.
        RunTooNewError: a later nnlab wrote its events.
    """
    sweep, search = search_of(run)
    read_head_and_tail(run.path)
    with lock.hold(run.path):
        diary = Diary(run, clock)
        try:
            yield diary.begin(Space(sweep, search).count)
            count = at_once(search, launcher.cores(), places)
            trials = Trials(
                run, sweep, search, diary, launcher, visitor, at_once=count, clock=clock
            )
            leading = _Leading(search, diary, trials, controls, clock, sleep)
            yield from leading.events()
        except Exception as error:  # whatever it is, a person is waiting to hear of it
            if not run.path.is_dir():
                logger.info("search %s was deleted while it was led", run.id)
                return
            if not isinstance(error, NnlabError):
                logger.exception("search %s failed", run.id)
            yield diary.end("failed", _say(error))


def at_once(search: Search, cores: int, places: int | None = None) -> int:
    """Trials that train side by side: one for each core unless told, and never more than places."""
    return min(search.at_once or cores, places or search.trials, search.trials)


class _Leading:
    """One session of a search."""

    def __init__(
        self,
        search: Search,
        diary: Diary,
        trials: Trials,
        controls: Controls,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._budget = search.minutes
        self._diary, self._trials, self._controls = diary, trials, controls
        self._clock, self._sleep = clock, sleep

    def events(self) -> Iterator[Event]:
        """Yield all events after `fit_started`."""
        try:
            self._trials.remember()
            while self._trials.under_way or not self._is_done():
                yield from self._obey()
                yield from self._trials.listen()
                if not self._diary.paused:
                    yield from self._trials.fill(self._is_late)
                self._sleep(TICK_SECONDS)
        except EndRun as end:
            if end.reason != "server_gone":  # its workers notice by themselves, and go
                self._let_go("release" if end.reason == "released" else "stop")
            yield self._diary.end(end.reason)
            return
        except Exception:
            self._let_go("release")
            raise
        if self._diary.history.best() is None and self._trials.last_error is not None:
            yield self._diary.end("failed", self._trials.last_error)
        else:
            yield self._diary.end("completed")

    def _is_late(self) -> bool:
        """Whether the budget is spent."""
        return self._budget is not None and self._diary.seconds >= 60 * self._budget

    def _is_done(self) -> bool:
        """Whether no further trial begins."""
        return self._trials.are_all_begun or self._is_late()

    def _obey(self) -> Iterator[Event]:
        """Raises EndRun where the search is to end."""
        step = self._diary.history.step
        for control in self._controls.poll(step, paused=self._diary.paused):
            match control.do:
                case "pause" | "resume":
                    self._stand_still(control.do)
                    yield self._diary.answer(control)
                case "stop" | "release":
                    yield self._diary.answer(control)
                    raise EndRun("stopped" if control.do == "stop" else "released")
                case _:
                    error = _("A search can be paused, resumed and stopped, and nothing else.")
                    yield self._diary.answer(control, error)

    def _stand_still(self, do: Action) -> None:
        paused = do == "pause"
        if paused != self._diary.paused:
            self._diary.pause(paused=paused)
            self._trials.ask_all(do)

    def _let_go(self, do: Action) -> None:
        """Ask all trials to end, and wait a little until they have."""
        self._trials.ask_all(do)
        until = self._clock() + LEAVE_SECONDS
        while self._trials.are_any_alive() and self._clock() < until:
            self._sleep(TICK_SECONDS)


def _say(error: Exception) -> str:
    if isinstance(error, NnlabError):
        return str(error)
    return _("{kind}: {error}", kind=type(error).__name__, error=error)
