"""The doors: the runs and the workers of this server as the visitor of this session may use them.

Whoever has all rights gets them as they are. Pages ask here and nowhere else, so that what is not
the visitor's is refused by the server, whatever a page shows (`nnlab.classroom.rights`).
"""

from nnlab.classroom.owned import OwnedConductors, OwnedLauncher, OwnedStore
from nnlab.runs.search.conductors import Conductors
from nnlab.runs.store import Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.ui import services
from nnlab.ui.visitors import visitor


def store() -> Store:
    """The runs that the visitor may see."""
    who = visitor()
    return services.store() if who.role == "alone" else OwnedStore(services.store(), who)


def launcher() -> LocalLauncher | OwnedLauncher:
    """The workers, for the visitor's own runs."""
    who = visitor()
    return services.launcher() if who.role == "alone" else OwnedLauncher(services.launcher(), who)


def conductors() -> Conductors | OwnedConductors:
    """The searches, for the visitor's own runs."""
    who = visitor()
    if who.role == "alone":
        return services.conductors()
    return OwnedConductors(services.conductors(), who)
