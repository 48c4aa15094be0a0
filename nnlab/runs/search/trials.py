"""The trials of a search that are under way: started, listened to, given up, taken up again."""

import contextlib
import math
from collections.abc import Callable, Iterator

from nnlab.config.axis_values import Value
from nnlab.config.sweep import Search, Sweep
from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.runs.record.status import ALIVE, Status
from nnlab.runs.search.asker import Asker, Outcome
from nnlab.runs.search.child import Child, loss_of, name_of
from nnlab.runs.search.diary import Diary
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.launcher import Launcher
from nnlab.texts import _
from nnlab.training.controls import Action
from nnlab.training.events import EpochEnded, Event, FitEnded, Trial, TrialState
from nnlab.visitor import Visitor

SILENT_SECONDS = 2.0
"""A trial that has said nothing for so long is looked after: its worker may be gone."""
AGAIN_SECONDS = 1.0
"""Seconds between two tries to start a trial that found no place to wait in."""
LOSSES = 3
"""A trial whose worker is lost for the third time has failed."""

OUTCOMES: dict[TrialState, Outcome] = {
    "completed": "complete",
    "early_stopped": "complete",
    "stopped": "pruned",
    "pruned": "pruned",
    "diverged": "fail",
    "failed": "fail",
}
"""The outcome reported to Optuna. A trial stopped by a person keeps its last figures."""
AT_ITS_END: frozenset[Status] = frozenset({"finished", "diverged", "failed"})
"""A run that does not go on."""


class Trials:
    """Each method that writes yields the events that it wrote."""

    def __init__(  # noqa: PLR0913 - collaborators are passed in, so that tests give their own
        self,
        run: Run,
        sweep: Sweep,
        search: Search,
        diary: Diary,
        launcher: Launcher,
        visitor: Visitor,
        *,
        at_once: int,
        clock: Callable[[], float],
    ) -> None:
        """`at_once` of them train or wait for a place."""
        self._run, self._sweep, self._diary = run, sweep, diary
        self._launcher, self._visitor = launcher, visitor
        self._store, self._owner = Store(run.path.parent), run.meta.owner
        self._asker = Asker(sweep, search)
        self._at_once, self._clock = at_once, clock
        self._next_try = -math.inf
        self.under_way: list[Child] = []
        self.are_all_begun = False
        self.last_error: str | None = None
        """Error of a failed trial."""

    # Those under way ---------------------------------------------------------------------------

    def listen(self) -> Iterator[Event]:
        """Yield the trials' events since the last call."""
        for child in list(self.under_way):
            try:
                epochs, end = child.read_new()
            except NnlabError as error:  # deleted, or damaged
                yield self._close(child, "failed", str(error))
                continue
            for epoch in epochs:
                yield self._diary.tell(child.says("running", of=epoch))
                gives_up = self._asker.report(child.number, epoch.epoch, loss_of(epoch))
                if gives_up and end is None and not child.is_pruned:
                    self._prune(child, epoch)
            if epochs:
                child.heard = self._clock()
            if end is not None:
                yield from self._hear_end(child, end)
            elif child.is_placed and self._clock() - child.heard > SILENT_SECONDS:
                yield from self._look_after(child)

    def ask_all(self, do: Action) -> None:
        """Ask all for the same. One that waits in a queue leaves it, and comes back by `fill`."""
        for child in self.under_way:
            if child.is_placed:
                with contextlib.suppress(NnlabError):  # deleted, or the disk is full
                    waits = self._launcher.pending().get(child.run.id) == "queued"
                    self._launcher.ask(child.run, "stop" if waits else do)
                    child.is_placed = not waits

    def are_any_alive(self) -> bool:
        """Whether a worker has one, or is about to."""
        pending = self._launcher.pending()
        return any(
            child.run.is_training() or pending.get(child.run.id) == "starting"
            for child in self.under_way
        )

    def _prune(self, child: Child, epoch: EpochEnded) -> None:
        """Stop a trial with which Optuna would not go on; in its last epoch that saves nothing."""
        with contextlib.suppress(NnlabError):  # the next look says what is wrong with it
            last = child.run.experiment.training.epochs
            if last is None or epoch.epoch < last:
                self._launcher.ask(child.run, "stop")
                child.is_pruned = True

    def _hear_end(self, child: Child, end: FitEnded) -> Iterator[Event]:
        child.is_placed = False
        match end.reason:
            case "stopped" | "released" | "server_gone" if child.is_pruned:
                yield self._close(child, "pruned")
            case "released":  # for somebody's turn, or since all stand still: it goes on later
                pass
            case "server_gone":
                yield from self._lose(child)
            case "stopped" if end.reached is not None:
                yield self._close(child, "completed")
            case state:
                yield self._close(child, state, end.error)

    def _look_after(self, child: Child) -> Iterator[Event]:
        """A trial that is silent may wait, stand still or compute; or nobody trains it."""
        child.heard = self._clock()
        if self._launcher.away() is not None:  # it goes on by itself when the cluster is back
            return
        status = self._launcher.status(child.run)
        if status == "interrupted" or (child.is_pruned and status not in ALIVE):
            child.is_placed = False
            yield from self._lose(child)

    def _lose(self, child: Child) -> Iterator[Event]:
        """Handle the loss of a worker: the trial goes on from its checkpoint, but not for ever."""
        child.losses += 1
        if child.is_pruned:
            yield self._close(child, "pruned")
        elif child.losses >= LOSSES:
            error = _(
                "The process that trained it was lost {times} times, at last after step {step:,}.",
                times=child.losses,
                step=child.step,
            )
            yield self._close(child, "failed", error)

    def _close(self, child: Child, state: TrialState, error: str | None = None) -> Event:
        self.under_way.remove(child)
        self.last_error = error or self.last_error
        self._asker.tell(child.number, OUTCOMES[state], loss_of(child.newest))
        return self._diary.tell(child.says(state, error))

    # New ones ----------------------------------------------------------------------------------

    def fill(self, is_late: Callable[[], bool]) -> Iterator[Event]:
        """Start those that have no place, then new ones, as long as it is not late.

        Raises:
            NnlabError: none can be started or made, and none is under way whose end could mend it.
        """
        for child in self.under_way:
            if not child.is_placed and not self._place(child):
                return
        while len(self.under_way) < self._at_once and not is_late():
            number, values = self._asker.count, self._asker.ask()
            if values is None:
                self.are_all_begun = True
                return
            yield from self._make(number, values)
            if self.under_way and not self.under_way[-1].is_placed:
                return

    def _make(self, number: int, values: tuple[Value, ...]) -> Iterator[Event]:
        """One more; or how it failed, where these values do not go together."""
        try:
            experiment = self._sweep.experiment_of(values)
        except NnlabError as error:
            self._asker.tell(number, "fail")
            self.last_error = str(error)
            yield self._diary.tell(
                {"number": number, "values": values, "state": "failed", "error": str(error)}
            )
            return
        if experiment.training.threads is None and self._at_once > 1:
            # Side by side each has its share of the cores: more threads wait for each other.
            share = min(self._launcher.cores() // self._at_once, self._launcher.threads())
            experiment = experiment.with_set("training.threads", max(1, share))
        name = name_of(self._sweep.axes, values)
        run = self._store.create(experiment, name=name, owner=self._owner, parent=self._run.id)
        if self._run.meta.shared:  # who sees a search sees its networks
            run.change_meta(shared=True)
        child = Child(number, values, run)
        self.under_way.append(child)
        yield self._diary.tell(child.says("running"))
        self._place(child)

    def _place(self, child: Child) -> bool:
        """Hand a trial's run to the launcher. False where it has to wait outside."""
        now = self._clock()
        # Its last worker has said its end, and holds the run for a moment longer.
        if now < self._next_try or child.run.is_training() or self._launcher.away() is not None:
            return False
        if child.run.id in self._launcher.pending():  # of a cluster that is back
            child.is_placed, child.heard = True, now
            return True
        try:
            self._launcher.start(child.run, visitor=self._visitor)
        except RunNotFoundError:
            return True  # the next look hears of it
        except NnlabError:
            if not any(other.is_placed for other in self.under_way):
                raise
            self._next_try = now + AGAIN_SECONDS
            return False
        child.is_placed, child.heard = True, now
        return True

    # Those of an earlier session ---------------------------------------------------------------

    def remember(self) -> None:
        """Tell Optuna what it was told before, and take up the trials that were under way."""
        rows = self._diary.history.trials
        for number in range(max(rows, default=-1) + 1):
            if number in rows:
                self._asker.repeat(rows[number].newest.values)
            else:  # all that was said of it is damaged
                self._asker.ask()
                self._asker.tell(number, "fail")
        for event in self._diary.past:
            if isinstance(event, Trial) and event.number in rows:
                self._tell_again(event)
        for row in rows.values():
            if row.newest.state == "running" and row.newest.run is not None:
                self._take_up(row.newest, Run(self._store.root / row.newest.run))

    def _tell_again(self, event: Trial) -> None:
        if event.state != "running":
            self._asker.tell(event.number, OUTCOMES[event.state], loss_of(event))
        elif event.trial_epoch > 0:
            self._asker.report(event.number, event.trial_epoch, loss_of(event))

    def _take_up(self, newest: Trial, run: Run) -> None:
        """One that came to its end meanwhile is heard of by `listen`; all others go on."""
        child = Child(newest.number, newest.values, run, step=newest.trial_step)
        child.heard = self._clock()
        self.under_way.append(child)
        with contextlib.suppress(NnlabError):  # `listen` says what is wrong with it
            if run.is_training():  # this search's leader was killed, and not its launcher
                child.is_placed = True
                self._launcher.ask(run, "resume")
            else:
                child.is_old = self._launcher.status(run) not in AT_ITS_END
