"""What the environment may say of where runs train, and what is refused with the mend."""

import pytest

from nnlab.errors import NnlabError
from nnlab.settings import read_settings


def test_runs_train_on_this_machine_unless_told() -> None:
    said = read_settings()
    assert (said.engine, said.max_runs) == ("local", 32)


def test_the_address_of_a_cluster_alone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "ray://somewhere:10001")
    assert read_settings().engine == "local"


@pytest.mark.parametrize(
    "address", ["auto", "127.0.0.1:6379", "head.lab.example:6379", " [::1]:6379 "]
)
def test_a_cluster_has_a_thousand_places(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNLAB_ENGINE", "ray")
    monkeypatch.setenv("RAY_ADDRESS", address)
    said = read_settings()
    assert (said.engine, said.ray_address, said.max_runs) == ("ray", address.strip(), 1000)
    monkeypatch.setenv("NNLAB_MAX_RUNS", "7")
    assert read_settings().max_runs == 7


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (None, "does not say where it is. Set RAY_ADDRESS to host:port"),
        ("", "does not say where it is. Set RAY_ADDRESS to host:port"),
        ("local", "ray start --head"),
        ("ray://head:10001", r"ray start --address=HOST:6379"),
        ("head", r"RAY_ADDRESS='head' is no address"),
        ("head:6379/x", "is no address"),
        ("head:99999", "is no address"),
        ("head:0", "is no address"),
        ("x" * 400, "RAY_ADDRESS='xxx"),
    ],
)
def test_an_engine_without_an_address_that_can_be_taken_is_refused_with_the_mend(
    address: str | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNLAB_ENGINE", "ray")
    if address is not None:
        monkeypatch.setenv("RAY_ADDRESS", address)
    with pytest.raises(NnlabError, match=said):
        read_settings()


def test_an_unknown_engine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNLAB_ENGINE", "dask")
    with pytest.raises(NnlabError, match=r"NNLAB_ENGINE='dask' is not valid.*Change or unset"):
        read_settings()
