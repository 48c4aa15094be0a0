"""The runs and the workers of a server as one person may use them."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

from nnlab.classroom.challenge.challenges import must_stay_sealed
from nnlab.classroom.challenge.trained_on import data_trained_on
from nnlab.classroom.current import classroom
from nnlab.classroom.rights import (
    TRAINS,
    has_all_rights,
    may_change,
    may_see,
    must_be_in,
    must_change,
    must_lead,
    must_see,
    must_train,
    sees_all,
)
from nnlab.config import Experiment, Sweep
from nnlab.errors import NnlabError
from nnlab.runs.record.status import Status
from nnlab.runs.recorded.record import Record
from nnlab.runs.search.conductors import Conductors
from nnlab.runs.store import (
    NOTHING_PENDING,
    Listed,
    Meta,
    RecordedSummary,
    Run,
    Store,
    Summary,
)
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.runs.workers.overview import Overview
from nnlab.training.controls import Action, Control
from nnlab.visitor import AT_THE_MACHINE, Visitor


class OwnedStore(Store):
    """The runs that a visitor may see; they may change their own. See `Store`.

    Every method raises NotAllowedError where they may not.
    """

    def __init__(self, runs: Store, visitor: Visitor) -> None:
        super().__init__(runs.root)
        self._all, self._visitor = runs, visitor

    def create(  # noqa: PLR0913 - the same as Store.create
        self,
        experiment: Experiment,
        *,
        name: str,
        owner: str = "",
        recipe: str | None = None,
        parent: str | None = None,
        parent_step: int | None = None,
        sweep: Sweep | None = None,
    ) -> Run:
        """See `Store.create`. It is this visitor's, whatever `owner` says."""
        must_be_in(self._visitor)
        return self._all.create(
            experiment,
            name=name,
            owner=self._visitor.owner,
            recipe=recipe,
            parent=parent,
            parent_step=parent_step,
            sweep=sweep,
        )

    def create_recorded(self, record: Record, *, name: str, owner: str = "") -> Run:
        """See `Store.create_recorded`. It is this visitor's, whatever `owner` says."""
        must_be_in(self._visitor)
        return self._all.create_recorded(record, name=name, owner=self._visitor.owner)

    def get(self, run_id: str) -> Run:
        """See `Store.get`."""
        run = self._all.get(run_id)
        must_see(self._visitor, run)
        return run

    def listed(self, pending: Mapping[str, Status] = NOTHING_PENDING) -> list[Listed]:
        """See `Store.listed`: of those runs that the visitor may see."""
        found = self._all.listed(pending)
        return [summary for summary in found if may_see(self._visitor, summary.meta)]

    def summaries(self, pending: Mapping[str, Status] = NOTHING_PENDING) -> list[Summary]:
        """See `Store.summaries`: of those runs that the visitor may see."""
        return [summary for summary in self.listed(pending) if isinstance(summary, Summary)]

    def recorded(self) -> list[RecordedSummary]:
        """See `Store.recorded`: of those runs that the visitor may see."""
        return [summary for summary in self.listed() if isinstance(summary, RecordedSummary)]

    def recent(self, since: float) -> list[Run]:
        """See `Store.recent`: of those runs that the visitor may see."""
        found = self._all.recent(since)
        return found if sees_all(self._visitor) else [r for r in found if self._is_seen(r)]

    def damaged(self) -> list[tuple[Run, str]]:
        """See `Store.damaged`: where whose it is cannot be read, only who sees all finds it."""
        found = self._all.damaged()
        if sees_all(self._visitor):
            return found
        return [(run, why) for run, why in found if self._is_own(run)]

    def delete(self, run_id: str) -> None:
        """See `Store.delete`. A run whose owner cannot be read is the lecturer's to delete."""
        if not has_all_rights(self._visitor):
            run = Run(self.root / run_id)
            if self._is_inside(run):
                must_change(self._visitor, run)
        self._all.delete(run_id)

    def rename(self, run_id: str, name: str) -> Meta:
        """See `Store.rename`."""
        must_change(self._visitor, self._all.get(run_id))
        return self._all.rename(run_id, name)

    def change_meta(self, run_id: str, **changes: object) -> Meta:
        """See `Store.change_meta`. Nobody but the lecturer gives a run to somebody else."""
        must_change(self._visitor, self._all.get(run_id))
        if "owner" in changes:
            must_lead(self._visitor)
        return self._all.change_meta(run_id, **changes)

    def _is_seen(self, run: Run) -> bool:
        with contextlib.suppress(NnlabError):  # nobody knows whose it is
            return may_see(self._visitor, run.meta)
        return False

    def _is_own(self, run: Run) -> bool:
        with contextlib.suppress(NnlabError):
            return may_change(self._visitor, run.meta)
        return False


class OwnedLauncher:
    """The workers, asked by a visitor for their own runs. See `Launcher`.

    Every method raises NotAllowedError where they may not.
    """

    def __init__(self, launcher: LocalLauncher, visitor: Visitor) -> None:
        self._launcher, self._visitor = launcher, visitor

    def start(
        self,
        run: Run,
        first: Action | None = None,
        *,
        watched: bool = False,
        visitor: Visitor = AT_THE_MACHINE,
    ) -> None:
        """See `Launcher.start`. The place is this visitor's, whatever `visitor` says."""
        must_change(self._visitor, run)
        must_train(self._visitor)
        _must_not_peek(self._visitor, run)
        self._launcher.start(run, first, watched=watched, visitor=self._visitor)

    def ask(
        self,
        run: Run,
        do: Action | None = None,
        *,
        path: str = "",
        value: object = None,
        pace: float | None = None,
        sharpness: float | None = None,
    ) -> Control:
        """See `Launcher.ask`."""
        must_change(self._visitor, run)
        if do is not None:
            must_train(self._visitor, do)
        if do in TRAINS:  # it may have begun before the challenge
            _must_not_peek(self._visitor, run)
        return self._launcher.ask(run, do, path=path, value=value, pace=pace, sharpness=sharpness)

    def status(self, run: Run) -> Status:
        """See `Launcher.status`."""
        must_see(self._visitor, run)
        return self._launcher.status(run)

    def pending(self) -> dict[str, Status]:
        """See `Launcher.pending`: ids and no more, of all runs; a stranger learns of none."""
        return {} if self._visitor.role == "stranger" else self._launcher.pending()

    def queue_place(self, run: Run) -> int | None:
        """See `Launcher.queue_place`."""
        must_see(self._visitor, run)
        return self._launcher.queue_place(run)

    def watch(self, run: Run) -> None:
        """See `Launcher.watch`."""
        must_see(self._visitor, run)
        self._launcher.watch(run)

    def need_watching(self, run: Run, *, watched: bool) -> None:
        """See `Launcher.need_watching`."""
        must_change(self._visitor, run)
        self._launcher.need_watching(run, watched=watched)

    def replay(self, order: Mapping[str, object]) -> None:
        """See `LocalLauncher.replay`."""
        must_see(self._visitor, Run(Path(str(order["run"]))))
        self._launcher.replay(order)

    def away(self) -> str | None:
        """See `Launcher.away`."""
        must_be_in(self._visitor)
        return self._launcher.away()

    def cores(self) -> int:
        """See `Launcher.cores`."""
        must_be_in(self._visitor)
        return self._launcher.cores()

    def threads(self) -> int:
        """See `Launcher.threads`."""
        must_be_in(self._visitor)
        return self._launcher.threads()

    def overview(self) -> Overview:
        """See `LocalLauncher.overview`. For who keeps the server alone."""
        must_lead(self._visitor)
        return self._launcher.overview()


class OwnedConductors:
    """The searches of a server, which a visitor may begin for runs of their own."""

    def __init__(self, conductors: Conductors, visitor: Visitor) -> None:
        self._conductors, self._visitor = conductors, visitor

    def start(self, run: Run, visitor: Visitor = AT_THE_MACHINE) -> None:
        """See `Conductors.start`. It is this visitor's, whatever `visitor` says."""
        must_change(self._visitor, run)
        must_train(self._visitor)
        _must_not_peek(self._visitor, run)
        self._conductors.start(run, self._visitor)


def _must_not_peek(visitor: Visitor, run: Run) -> None:
    """Raises NnlabError: it would open the test pictures of a challenge, itself or in a trial."""
    if visitor.role != "student" or (room := classroom()) is None:
        return
    for data in data_trained_on(run):
        must_stay_sealed(room, visitor, data, asked=False)
