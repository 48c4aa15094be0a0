import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from nnlab.errors import NnlabError, RunDamagedError
from nnlab.runs.recorded import session
from nnlab.runs.recorded.network import (
    load_recorded,
    recorded_data,
    recorded_steps,
)
from nnlab.runs.recorded.record import DATA, GRAPH
from nnlab.runs.recorded.weights import load_weights
from nnlab.runs.run import Run
from nnlab.runs.store import Store
from tests.runs.recorded.modules import Residual, cnn, every_kind, mlp
from tests.runs.recorded.recordings import keep, recorded


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


@pytest.fixture
def run(store: Store) -> Run:
    torch.manual_seed(1)
    return recorded(store, mlp(2, 8, 2), torch.randn(9, 2), torch.arange(9) % 2, classes="ab")


@pytest.mark.parametrize("kind", [k for k in every_kind() if k not in ("compiled", "parallel")])
def test_a_recorded_network_answers_as_the_module_did_at_each_kept_step(
    kind: str, store: Store
) -> None:
    torch.manual_seed(2)
    model, x = every_kind()[kind]
    model.eval()
    answers: list[Tensor] = []
    trained = [p for p in model.parameters() if p.is_floating_point()]

    def learn(model: nn.Module) -> Tensor:
        with torch.no_grad():
            answers.append(model(x))
        return sum((p**2).sum() for p in trained) + torch.zeros(())

    run = recorded(store, model, x, steps=(0, 3, 6), learn=learn)
    assert recorded_steps(run) == [0, 3, 6]
    assert not torch.allclose(answers[0], answers[6], atol=1e-3)
    for step in (0, 3, 6, None):
        network = load_recorded(run, step)
        assert network.step == (6 if step is None else step)
        wanted = answers[network.step].float()
        torch.testing.assert_close(network(x), wanted, atol=1e-4, rtol=1e-4)


def test_many_examples_are_asked_in_parts(run: Run) -> None:
    x = torch.randn(1001, 2)
    network = load_recorded(run)
    whole = network(x)
    assert whole.shape == (1001, 2)
    torch.testing.assert_close(whole[700:701], network(x[700:701]))
    assert network(x[:0]).shape == (0, 2)


def test_weights_and_gradients_are_told_apart(run: Run) -> None:
    kept = load_weights(run, 10)
    assert set(kept.weights) == set(kept.gradients) == set(mlp(2, 8, 2).state_dict())
    loaded = load_recorded(run, 10)
    np.testing.assert_array_equal(loaded.weights["0.weight"], kept.weights["0.weight"].numpy())
    assert loaded.bytes_held > sum(value.nbytes for value in loaded.weights.values())


def test_half_precision_weights_are_read(store: Store) -> None:
    model, x = mlp(2, 8, 2), torch.randn(5, 2)
    run = recorded(store, model, x, steps=(0,))
    keep(run, model.bfloat16(), 5)
    with torch.no_grad():
        torch.testing.assert_close(load_recorded(run, 5)(x), model.float()(x))


def test_without_live_weights_the_last_kept_ones_are_the_newest(run: Run) -> None:
    (run.path / "live.safetensors").unlink()
    assert load_recorded(run).step == 20
    shutil.rmtree(run.path / "checkpoints")
    assert recorded_steps(run) == []
    with pytest.raises(NnlabError, match="has no weights yet"):
        load_recorded(run)


def test_what_cannot_be_asked_is_said(run: Run) -> None:
    with pytest.raises(NnlabError, match="keeps no weights of step 7"):
        load_recorded(run, 7)
    network = load_recorded(run)
    with pytest.raises(NnlabError, match=r"takes examples of the shape \[2\], got \[3\]"):
        network(torch.randn(1, 3))
    with pytest.raises(NnlabError, match="no gradients"):
        network(torch.randn(1, 2, requires_grad=True))


def test_a_network_without_graph_says_why(store: Store) -> None:
    run = recorded(store, nn.LSTM(3, 3), torch.randn(4, 3), steps=(0,))
    with pytest.raises(NnlabError, match="this one gives tuple"):
        load_recorded(run)
    assert recorded_steps(run) == [0]


# Damaged or hostile files ------------------------------------------------------------------------


def change_weights(run: Run, change: Callable[[dict[str, Tensor]], object]) -> None:
    path = run.path / "live.safetensors"
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path, {"step": "20"})


def test_a_tensor_that_the_weights_lack_is_never_made_up(run: Run) -> None:
    change_weights(run, lambda tensors: tensors.pop("2.bias"))
    with pytest.raises(RunDamagedError, match=r"'2.bias' is \[2\] in the graph and absent"):
        load_recorded(run)


def test_a_tensor_of_another_shape_is_told(run: Run) -> None:
    change_weights(run, lambda tensors: tensors.update({"2.bias": torch.zeros(3)}))
    with pytest.raises(RunDamagedError, match=r"\[2\] in the graph and \[3\] in the file"):
        load_recorded(run)


@pytest.mark.parametrize("content", [b"", b"x" * 99, b"\xff" * 8 + b"{}"])
def test_damaged_weights_and_graphs_and_data_are_told(run: Run, content: bytes) -> None:
    for name, read in (
        ("live.safetensors", load_weights),
        (GRAPH, load_recorded),
        (DATA, recorded_data),
    ):
        whole = (run.path / name).read_bytes()
        (run.path / name).write_bytes(content)
        with pytest.raises(RunDamagedError, match=f"{name}.* cannot be read"):
            read(run)
        (run.path / name).write_bytes(whole)


def graph_with(run: Run, change: Callable[[onnx.ModelProto], object]) -> None:
    model = onnx.load_from_string((run.path / GRAPH).read_bytes())
    change(model)
    (run.path / GRAPH).write_bytes(model.SerializeToString())


def refer_to_a_file(model: onnx.ModelProto) -> None:
    place = model.graph.initializer[0]
    place.data_location = TensorProto.EXTERNAL
    entry = place.external_data.add()
    entry.key, entry.value = "location", "/etc/hostname"


def refer_within_an_attribute(model: onnx.ModelProto) -> None:
    constant = helper.make_node("Constant", [], ["secret"], value=TensorProto(dims=[1]))
    constant.attribute[0].t.data_location = TensorProto.EXTERNAL
    model.graph.node.insert(0, constant)


def of_another_domain(model: onnx.ModelProto) -> None:
    model.graph.node[0].domain = "com.microsoft"


def without_a_place(model: onnx.ModelProto) -> None:
    del model.graph.initializer[0]


def of_two_inputs(model: onnx.ModelProto) -> None:
    model.graph.input.append(helper.make_tensor_value_info("z", TensorProto.FLOAT, [1]))


def of_unknown_nodes(model: onnx.ModelProto) -> None:
    model.graph.node[0].op_type = "Nonsense"


def of_many_nodes(model: onnx.ModelProto) -> None:
    model.graph.node.extend([helper.make_node("Relu", ["x"], ["y"])] * 300_000)


def of_texts(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].data_type = TensorProto.STRING


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (refer_to_a_file, "refers to another file"),
        (refer_within_an_attribute, "refers to another file"),
        (of_another_domain, "an operation of 'com.microsoft'"),
        (without_a_place, "has no place for '0.weight'"),
        (of_two_inputs, "its input is not x"),
        (of_unknown_nodes, "Nonsense"),
        (of_many_nodes, "more than 200,000 parts"),
        (of_texts, "a type of number that nnlab does not know"),
    ],
)
def test_a_graph_that_wants_more_than_to_compute_is_refused(
    run: Run, change: Callable[[onnx.ModelProto], object], words: str
) -> None:
    graph_with(run, change)
    with pytest.raises(RunDamagedError, match=words):
        load_recorded(run)


def replace_graph(run: Run, nodes: list[onnx.NodeProto], *constants: TensorProto) -> None:
    """`nodes` in place of the network's own, from `x` to `outputs`."""

    def change(model: onnx.ModelProto) -> None:
        del model.graph.node[:]
        model.graph.node.extend(nodes)
        model.graph.initializer.extend(constants)

    graph_with(run, change)


def endless_loop() -> list[onnx.NodeProto]:
    float_, bool_ = TensorProto.FLOAT, TensorProto.BOOL
    body = helper.make_graph(
        [helper.make_node("Identity", ["on"], ["still"]), helper.make_node("Neg", ["v"], ["w"])],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("on", bool_, []),
            helper.make_tensor_value_info("v", float_, None),
        ],
        [
            helper.make_tensor_value_info("still", bool_, []),
            helper.make_tensor_value_info("w", float_, None),
        ],
    )
    return [helper.make_node("Loop", ["", "yes", "x"], ["outputs"], body=body)]


def test_a_loop_without_end_is_ended(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_graph(run, endless_loop(), numpy_helper.from_array(np.array(True), "yes"))
    monkeypatch.setattr(session, "SECONDS", 0.3)
    network = load_recorded(run)
    with pytest.raises(NnlabError, match="no answer within 0 s"):
        network(torch.randn(1, 2))


def test_a_graph_that_wants_a_gigabyte_gets_none(run: Run) -> None:
    nodes = [
        helper.make_node("ConstantOfShape", ["many"], ["huge"]),
        helper.make_node("ReduceSum", ["huge"], ["sum"], keepdims=0),
        helper.make_node("Add", ["x", "sum"], ["outputs"]),
    ]
    replace_graph(run, nodes, numpy_helper.from_array(np.array([2**28]), "many"))
    with pytest.raises(NnlabError, match="more than 512 MB of memory"):
        load_recorded(run)(torch.randn(1, 2))


def test_answers_of_another_shape_than_the_record_says_are_told(run: Run) -> None:
    replace_graph(run, [helper.make_node("ReduceMean", ["x"], ["outputs"], keepdims=0)])
    with pytest.raises(RunDamagedError, match=r"gives \[\] for 3 examples, its record says \[2\]"):
        load_recorded(run)(torch.randn(3, 2))


# Data --------------------------------------------------------------------------------------------


def test_data_come_as_they_were_given(store: Store) -> None:
    x, y = torch.rand(7, 1, 8, 8), torch.arange(7) % 3
    run = recorded(store, cnn(), x, y, classes="abc", steps=(0,))
    got_x, got_y = recorded_data(run)
    assert torch.equal(got_x, x)
    assert got_y is not None
    assert torch.equal(got_y, y)
    without = recorded(store, Residual(), torch.randn(3, 4).double().float(), steps=(0,))
    assert recorded_data(without)[1] is None


def npz(run: Run, **files: bytes) -> None:
    with zipfile.ZipFile(run.path / DATA, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.npy", content)


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def head_of(shape: tuple[int, ...]) -> bytes:
    file = io.BytesIO()
    head = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, head)
    return file.getvalue()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"x": npy(np.zeros((30_000_000, 2), np.uint8))}, "x.npy is too large"),
        ({"x": head_of((10**12, 2))}, "cut short"),
        ({"x": head_of((-1, 2))}, "cut short"),
        ({"x": npy(np.array([[{}, 1]], dtype=object))}, "holds no numbers"),
        ({"x": npy(np.zeros((3, 4), np.float32))}, r"an example has the shape \(4,\)"),
        ({"x": npy(np.zeros((0, 2), np.float32))}, r"its shape is \(0, 2\)"),
        ({"y": npy(np.zeros(3))}, "x"),
        ({"x": npy(np.zeros((3, 2))), "y": npy(np.zeros(2))}, "x and y differ"),
    ],
)
def test_data_that_are_none_are_refused_before_they_are_unpacked(
    run: Run, files: dict[str, bytes], words: str
) -> None:
    npz(run, **files)
    with pytest.raises(RunDamagedError, match=words):
        recorded_data(run)


def test_a_run_without_data_says_so(run: Run) -> None:
    (run.path / DATA).unlink()
    with pytest.raises(NnlabError, match="has no data: give the recorder some"):
        recorded_data(run)
