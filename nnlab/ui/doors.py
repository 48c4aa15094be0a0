"""Access to the runs and workers of this server with the rights of this session's visitor.

A visitor with all rights gets them unwrapped. Pages use only this module, so that the server itself
refuses access to the runs of others, whatever a page shows (`nnlab.classroom.rights`).
"""

from nnlab.classroom import rights
from nnlab.classroom.challenge.challenges import must_stay_sealed
from nnlab.classroom.current import classroom
from nnlab.classroom.owned import OwnedConductors, OwnedLauncher, OwnedStore
from nnlab.classroom.owned_drawings import OwnedDrawings
from nnlab.classroom.owned_labels import OwnedLabels
from nnlab.errors import NnlabError
from nnlab.readers import NAMES
from nnlab.runs.record.control import ask
from nnlab.runs.room import Room
from nnlab.runs.run import SHIPPED
from nnlab.runs.search.conductors import Conductors
from nnlab.runs.store import Meta, Run, Store
from nnlab.runs.testset import OpenedTest, open_test
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.runs.workers.overview import Overview
from nnlab.ui import services
from nnlab.ui.visitors import owner_name, visitor


def store() -> Store:
    """The runs that the visitor may see."""
    who = visitor()
    return services.store() if who.role == "alone" else OwnedStore(services.store(), who)


def launcher() -> LocalLauncher | OwnedLauncher:
    """The workers, for the visitor's own runs."""
    who = visitor()
    return services.launcher() if who.role == "alone" else OwnedLauncher(services.launcher(), who)


def overview() -> Overview:
    """Return the machines where all runs of this server train, and the queue.

    Raises:
        NotAllowedError: the visitor does not keep the server.
    """
    rights.must_lead(visitor())
    return services.launcher().overview()


def conductors() -> Conductors | OwnedConductors:
    """The searches, for the visitor's own runs."""
    who = visitor()
    if who.role == "alone":
        return services.conductors()
    return OwnedConductors(services.conductors(), who)


def drawings() -> OwnedDrawings:
    """The kept drawings that the visitor may see."""
    return OwnedDrawings(services.settings().data_dir, must_have, visitor())


def labels() -> OwnedLabels:
    """The classes that the visitor teaches by drawings."""
    return OwnedLabels(services.settings().data_dir, must_have, visitor())


# Room --------------------------------------------------------------------------------------------


def must_have(size: int, owner: str) -> None:
    """Check that the visitor may store `size` more bytes.

    Raises:
        NotAllowedError: they did not join the class.
        NnlabError: there is no room; the message says what uses it.
    """
    who = visitor()
    rights.must_be_in(who)
    Room.of(services.settings(), who).must_have(size, owner)


def make_room(size: int = 0) -> None:
    """Free room for a new run of `size` bytes of the visitor. Raises as `must_have`."""
    who = visitor()
    rights.must_be_in(who)
    room = Room.of(services.settings(), who)
    room.make(services.store(), services.launcher().pending(), who.owner, size)


# One run -----------------------------------------------------------------------------------------


def whose(run: Run) -> str | None:
    """Return the name of the owner who alone may change a run; None if the visitor may.

    Also None for a run that is gone or damaged: reading it raises the error.
    """
    if run.ships:
        return owner_name(SHIPPED)
    who = visitor()
    if rights.has_all_rights(who):
        return None
    try:
        meta = run.meta
    except NnlabError:
        return None
    return None if rights.may_change(who, meta) else owner_name(meta.owner)


def owner_in_view(run_id: str | None) -> str | None:
    """Return the owner of the run that a page shows, as `whose`; None also where it shows none."""
    if run_id is None or (rights.has_all_rights(visitor()) and run_id not in NAMES):
        return None
    try:
        return whose(store().get(run_id))
    except NnlabError:
        return None


def may_change(meta: Meta) -> bool:
    """Whether the visitor may change a run."""
    return rights.may_change(visitor(), meta)


def may_delete(run: Run) -> bool:
    """Whether the visitor may delete a run that may be damaged."""
    if rights.has_all_rights(visitor()):
        return True
    try:
        return may_change(run.meta)
    except NnlabError:  # nobody knows whose it is
        return False


def must_see(run: Run) -> None:
    """Check again that the visitor may see a run that a page already holds.

    Raises:
        HiddenRunError: the visitor may not look at it, or not any more.
    """
    rights.must_see(visitor(), run)


def must_change(run: Run) -> None:
    """Raises NotAllowedError: the visitor may not change the run; NnlabError: nobody may."""
    rights.must_change(visitor(), run)


def tell(
    run: Run,
    *,
    path: str = "",
    value: object = None,
    pace: float | None = None,
    sharpness: float | None = None,
) -> None:
    """Write changes that a run of the visitor applies before its first step.

    Raises:
        NotAllowedError: it is another's.
        NnlabError: it cannot be written.
    """
    must_change(run)
    ask(run.path, path=path, value=value, pace=pace, sharpness=sharpness)


def look_at_test(run: Run) -> OpenedTest:
    """Open the sealed test set of a run of the visitor's; the look is counted.

    Raises:
        NotAllowedError: it is another's.
        NnlabError: as `nnlab.runs.testset.open_test` does, or a challenge of the class seals it.
    """
    must_change(run)
    must_stay_sealed(classroom(), visitor(), run.experiment.data, asked=True)
    return open_test(run, services.settings().data_dir)
