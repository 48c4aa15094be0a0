"""A cluster whose head goes, and comes back."""

from pathlib import Path

import pytest

from nnlab.errors import NnlabError
from nnlab.runs.cluster.launcher import RayLauncher
from nnlab.runs.engine import launcher_of
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.store import Store
from nnlab.settings import Settings
from nnlab.training.events import FitStarted
from tests.runs.bench import endless, events_of, wait_for
from tests.runs.cluster.ray_cluster import RayCluster

pytestmark = pytest.mark.slow


def test_the_head_goes_and_its_runs_go_on_when_it_is_back(tmp_path: Path) -> None:
    """Meanwhile they are interrupted, a new one is refused with the mend, and nothing is lost."""
    cluster = RayCluster()
    cluster.add(2)
    store = Store(tmp_path)
    launcher = launcher_of(Settings(engine="ray", RAY_ADDRESS=cluster.address, runs_dir=tmp_path))
    assert isinstance(launcher, RayLauncher)
    try:
        run = store.create(endless(), name="it goes on")
        launcher.start(run)
        wait_for(lambda: list_checkpoints(run.path), "a checkpoint")
        kept = list_checkpoints(run.path)[-1]
        cluster.close()
        wait_for(lambda: launcher.status(run) == "interrupted", "word that the head is gone")
        assert kept.exists()
        wait_for(lambda: launcher.overview().down, "word of it on the page")
        other = store.create(endless(), name="refused")
        with pytest.raises(NnlabError, match="RAY_ADDRESS"):
            launcher.start(other)
        cluster = RayCluster(int(cluster.address.rpartition(":")[2]))
        cluster.add(2)
        wait_for(lambda: launcher.status(run) == "running", "the run, by itself")
        started = [event for event in events_of(run) if isinstance(event, FitStarted)]
        assert len(started) == 2
        assert started[-1].step >= int(kept.stem)
        launcher.ask(run, "stop")
        wait_for(lambda: launcher.status(run) == "stopped", "its end")
    finally:
        launcher.close()
        cluster.close()
