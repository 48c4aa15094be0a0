"""The launcher that the settings ask for: this machine, or a Ray cluster."""

from importlib.util import find_spec

from nnlab.errors import NowhereToTrainError
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from nnlab.texts import _


def launcher_of(settings: Settings) -> LocalLauncher:
    """A launcher for the engine that the settings name. Close it when it is done.

    Raises:
        NowhereToTrainError: NNLAB_ENGINE=ray, and Ray is not installed.
    """
    if settings.engine == "local":
        return LocalLauncher(settings)
    if find_spec("ray") is None:
        raise NowhereToTrainError(
            _(
                "NNLAB_ENGINE=ray trains on a Ray cluster, and Ray is not installed here: run"
                " `pip install -r requirements-cluster.txt` in the environment of the lab, or unset"
                " NNLAB_ENGINE."
            )
        )
    from nnlab.runs.cluster.launcher import RayLauncher  # only where there is a cluster

    return RayLauncher(settings)
