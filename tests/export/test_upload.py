"""Nothing that is uploaded runs, whatever its name or its contents."""

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from nnlab.config import Experiment, Model, PlaneClasses, Training, mlp
from nnlab.export import UploadRefusedError, must_fit, read_upload, restore, upload
from nnlab.models import build
from nnlab.runs.store import Store

MOONS = Experiment(
    data=PlaneClasses(kind="moons"),
    model=Model(layers=mlp(5, outputs=2)),
    training=Training(steps=1),
)


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


def weights() -> dict[str, Tensor]:
    return dict(build(MOONS.model, (2,)).state_dict())


def saved(value: object, **options: Any) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, **options)
    return file.getvalue()


def zipped(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def whole(**changes: bytes) -> dict[str, bytes]:
    """The parts of a right zip, some of them other ones."""
    parts = {
        "experiment.json": MOONS.to_json().encode(),
        "weights.safetensors": safetensors.torch.save(weights()),
    }
    return {**parts, **{name.replace("_", "."): part for name, part in changes.items()}}


def test_what_is_right_is_taken() -> None:
    for name, data in {
        "a.pt": saved(weights()),
        "b.PTH": saved(weights()),
        "c.safetensors": safetensors.torch.save(weights()),
        "d.zip": zipped(whole()),
    }.items():
        read = read_upload(name, data)
        assert read.weights.keys() == weights().keys()
        assert all(torch.equal(read.weights[key], value) for key, value in weights().items())


@pytest.mark.parametrize("name", ["a.pt", "a.pth", "a.pkl", "a.pt2", "a.zip", "a.safetensors", "a"])
@pytest.mark.parametrize(
    "make",
    [
        lambda trap: saved({"0.weight": trap}),
        pickle.dumps,
        lambda trap: zipped({"data.pkl": pickle.dumps(trap)}),
    ],
    ids=["in a .pt", "bare", "in a zip"],
)
def test_a_pickle_is_refused_and_never_run(
    name: str, make: Callable[[Trap], bytes], tmp_path: Path
) -> None:
    mark = tmp_path / "it ran"
    data = make(Trap(mark))
    with pytest.raises(UploadRefusedError, match=f"'{name}' is not taken: "):
        read_upload(name, data)
    assert not mark.exists()
    if make is pickle.dumps:
        pickle.loads(data)
        assert mark.exists(), "the trap does nothing: the test proves nothing"


def test_an_exported_program_is_refused_under_any_name() -> None:
    program = torch.export.export(build(MOONS.model, (2,)), (torch.rand(3, 2),))
    file = io.BytesIO()
    torch.export.save(program, file)
    for name, reason in {
        "a.pt2": "runs code",
        "a.pt": "holds more than tensors, or is damaged",
        "a.zip": "must hold experiment.json and weights.safetensors alone",
    }.items():
        with pytest.raises(UploadRefusedError, match=reason):
            read_upload(name, file.getvalue())


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "an unknown ending": ("weights.exe", lambda: b"", "its name ends in '.exe'"),
    "no archive": ("a.zip", lambda: b"PK nothing", "not the archive"),
    "an empty file": ("a.pt", lambda: b"", "not the archive"),
    "cut short": (
        "a.safetensors",
        lambda: safetensors.torch.save(weights())[:-9],
        "no whole safetensors file",
    ),
    "the older form of torch.save": (
        "a.pt",
        lambda: saved(weights(), _use_new_zipfile_serialization=False),
        "not the archive",
    ),
    "a whole module": ("a.pt", lambda: saved(nn.Linear(2, 2)), "more than tensors"),
    "a list": ("a.pt", lambda: saved([torch.zeros(2)]), "must hold a state_dict"),
    "nested": ("a.pt", lambda: saved({"model": weights()}), "'model' in it is no plain tensor"),
    "a sparse tensor": (
        "a.pt",
        lambda: saved({"0.weight": torch.eye(3).to_sparse()}),
        "no plain tensor",
    ),
    "a compressed .pt": ("a.pt", lambda: zipped({"a/data.pkl": bytes(10**6)}), "compressed"),
    "a path that climbs": (
        "a.zip",
        lambda: zipped({**whole(), "../../evil.py": b""}),
        r"it holds .*'\.\./\.\./evil\.py'",
    ),
    "a path that climbs to a right name": (
        "a.zip",
        lambda: zipped({"../experiment.json": b"{}", "weights.safetensors": b""}),
        "alone, it holds",
    ),
    "one part only": ("a.zip", lambda: zipped({"experiment.json": b"{}"}), "alone, it holds"),
    "a bomb": (
        "a.zip",
        lambda: zipped(whole(experiment_json=b" " * (2**20 + 1))),
        "experiment.json in it unpacks to more than 1 MB",
    ),
    "no experiment": (
        "a.zip",
        lambda: zipped(whole(experiment_json=b'{"data": 1}')),
        "experiment.json in it is not valid: .*missing",
    ),
    "weights of another network": (
        "a.zip",
        lambda: zipped(
            whole(weights_safetensors=safetensors.torch.save({"0.weight": torch.ones(1)}))
        ),
        r"layer 1 \(linear\) weight is 5×2 \(float32\) in the network, 1 \(float32\) here",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused_with_its_reason(case: str) -> None:
    name, make, reason = REFUSED[case]
    with pytest.raises(UploadRefusedError, match=reason):
        read_upload(name, make())


def test_a_zip_that_understates_its_size_unpacks_no_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upload, "MAX_BYTES", 100_000)
    bomb = zipped(whole(weights_safetensors=bytes(3_000_000)))
    assert len(bomb) < 100_000
    with pytest.raises(
        UploadRefusedError, match=r"weights\.safetensors in it unpacks to more than"
    ):
        read_upload("a.zip", bomb)
    lying = bomb.replace((3_000_000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    assert lying != bomb
    with pytest.raises(UploadRefusedError):
        read_upload("a.zip", lying)


def test_a_file_that_is_too_large_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "MAX_BYTES", 2**20)
    with pytest.raises(UploadRefusedError, match="it may have 1 MB, it has 3 MB"):
        read_upload("a.pt", bytes(3 * 2**20))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"2.weight": torch.ones(2, 4)}, r"layer 3 \(linear\) weight is 2×5 .* 2×4"),
        ({"2.weight": torch.ones(2, 5).double()}, r"2×5 \(float32\) .* 2×5 \(float64\)"),
        ({"2.bias": torch.tensor([1.0, float("nan")])}, r"layer 3 \(linear\) bias .* not finite"),
        ({"7.weight": torch.ones(2)}, r"'7.weight' is absent in the network"),
        ({"1.weight": torch.ones(2)}, r"layer 2 \(relu\) weight is absent"),
    ],
)
def test_weights_that_do_not_fit_are_refused_by_the_layer(
    change: dict[str, Tensor], reason: str, store: Store
) -> None:
    must_fit(MOONS, weights())
    with pytest.raises(UploadRefusedError, match=reason):
        restore(store, MOONS, {**weights(), **change}, "brought")
    assert store.summaries() == []
    missing = weights()
    del missing["0.bias"]
    with pytest.raises(UploadRefusedError, match=r"layer 1 \(linear\) bias is 5 .* absent here"):
        must_fit(MOONS, missing)
