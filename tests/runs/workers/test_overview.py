"""This machine and its runs, as who keeps the server sees them."""

from pathlib import Path

from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings, cores
from tests.runs.bench import endless, new_run, wait_for


def test_an_overview_of_one_machine_has_its_runs_and_the_queue(tmp_path: Path) -> None:
    said = Settings(runs_dir=tmp_path / "runs", data_dir=tmp_path, max_runs=1, device="cpu")
    local = LocalLauncher(said)
    try:
        first, second = (new_run(tmp_path / "runs", endless()) for _ in range(2))
        local.start(first)
        local.start(second)
        wait_for(lambda: local.status(first) == "running", "the first run")
        seen = local.overview()
        (machine,) = seen.machines
        assert (seen.engine, seen.down, seen.places, seen.data) == ("local", None, 1, ())
        assert [(one.id, one.status) for one in machine.runs] == [(first.id, "running")]
        assert [(one.id, one.place) for one in seen.queue] == [(second.id, 1)]
        assert machine.cpus == local.cores() == local.threads() == cores()
        assert 0 <= machine.cpus_used <= machine.cpus
        assert 0 < machine.memory_free <= machine.memory
        assert machine.torch
        assert machine.processor
        assert local.away() is None
    finally:
        local.close()
