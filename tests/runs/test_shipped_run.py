"""What ships is a run like others to whoever looks, and nobody's to change."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load as load_tensors

from nnlab.classroom.rights import may_change, may_see, must_change
from nnlab.errors import NnlabError
from nnlab.readers import shipped
from nnlab.runs.network import load_network
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.store import Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from nnlab.visitor import Role, Visitor

NAME = "draw-ready"


def test_it_is_found_by_its_name_with_the_weights_and_figures_of_its_record(tmp_path: Path) -> None:
    run, reader = Store(tmp_path / "runs").get(NAME), shipped(NAME)
    assert (run.id, run.status()) == (NAME, "finished")
    assert run.experiment == reader.experiment
    assert run.meta.recipe == reader.record.recipe
    history = History(EventReader(run.path).read_new())
    assert history.latest("val_accuracy") == reader.record.val_accuracy
    network, step = load_network(run)
    assert step == reader.record.step
    for name, tensor in load_tensors(reader.weights).items():
        assert torch.equal(network.state_dict()[name].float(), tensor)


def test_it_is_in_no_list_of_runs(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.get(NAME)
    assert store.summaries() == []
    assert store.damaged() == []
    assert store.recent(0) == []


def test_what_was_removed_or_changed_on_disk_is_laid_out_anew(tmp_path: Path) -> None:
    run = Store(tmp_path).get(NAME)
    before = (run.path / LIVE).read_bytes()
    (run.path / LIVE).unlink()
    assert (Store(tmp_path).get(NAME).path / LIVE).read_bytes() == before


def test_nobody_changes_deletes_or_trains_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    run = store.get(NAME)
    launcher = LocalLauncher(Settings(runs_dir=tmp_path))
    try:
        for change in (
            lambda: store.rename(NAME, "mine"),
            lambda: store.change_meta(NAME, tags=("mine",)),
            lambda: store.delete(NAME),
            lambda: launcher.start(run),
            lambda: launcher.ask(run, "resume"),
        ):
            with pytest.raises(NnlabError, match="ships with nnlab"):
                change()
    finally:
        launcher.close()
    assert run.meta.name == NAME


@pytest.mark.parametrize("role", ["alone", "guest", "student", "lecturer"])
def test_everybody_may_look_and_nobody_may_change(tmp_path: Path, role: Role) -> None:
    run, visitor = Store(tmp_path).get(NAME), Visitor("somebody", role=role)
    assert may_see(visitor, run.meta)
    assert not may_change(visitor, run.meta)
    with pytest.raises(NnlabError, match="ships with nnlab"):
        must_change(visitor, run)


def test_a_stranger_sees_nothing(tmp_path: Path) -> None:
    assert not may_see(Visitor(role="stranger"), Store(tmp_path).get(NAME).meta)
