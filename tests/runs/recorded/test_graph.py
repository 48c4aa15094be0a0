from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.runs.recorded.graph import fill, graph_of
from tests.runs.recorded.modules import Signs, TwoBranches, cnn, every_kind, mlp

KINDS = list(every_kind())


def answers(data: bytes, x: Tensor) -> np.ndarray:
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(["outputs"], {"x": x.numpy()})[0])


def weights(model: nn.Module) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in model.state_dict().items()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_graph_filled_with_the_weights_answers_as_pytorch_does(kind: str) -> None:
    torch.manual_seed(3)
    model, x = every_kind()[kind]
    graph = graph_of(model, x)
    with torch.no_grad():  # other weights than the graph was made with, as a later step has
        for value in [*model.parameters(), *model.buffers()]:
            if value.is_floating_point():
                value.add_(0.1 * torch.randn_like(value))
        wanted = model.eval()(x)
    data = fill(graph.data, weights(model))
    assert graph.outputs == tuple(wanted.shape[1:])
    assert set(graph.tensors) <= set(model.state_dict())
    assert wanted.abs().max() > 1e-3
    np.testing.assert_allclose(answers(data, x), wanted.numpy(), atol=1e-4)
    np.testing.assert_allclose(answers(data, x[:1]), wanted[:1].numpy(), atol=1e-4)


def test_every_tensor_that_an_answer_needs_is_named_though_equal_to_another() -> None:
    graph = graph_of(TwoBranches(), torch.randn(5, 4))
    unneeded = {"norm.num_batches_tracked", "other_norm.num_batches_tracked", "again.weight"}
    assert set(graph.tensors) == set(TwoBranches().state_dict()) - unneeded


def test_a_graph_holds_no_weights() -> None:
    model = mlp(3, 200, 2)
    graph = graph_of(model, torch.randn(5, 3))
    assert len(graph.data) < 1000
    assert not any(place.raw_data for place in onnx.load_from_string(graph.data).graph.initializer)


def test_half_precision_is_kept_as_float32() -> None:
    model, x = mlp(3, 8, 2).bfloat16(), torch.randn(5, 3)
    data = fill(graph_of(model, x.bfloat16()).data, weights(model.float()))
    np.testing.assert_allclose(answers(data, x), model(x).detach().numpy(), atol=1e-4)


# What is left as it was ------------------------------------------------------------------------


def test_a_module_stays_exactly_as_it_was() -> None:
    model, x = cnn().train(), torch.rand(6, 1, 8, 8)
    model(x).sum().backward()
    model[4].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    gradients = [p.grad.clone() for p in model.parameters() if p.grad is not None]
    objects = {name: id(value) for name, value in model.named_parameters()}
    random = torch.random.get_rng_state()
    graph_of(model, x)
    assert torch.equal(torch.random.get_rng_state(), random)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert [module.training for module in model] == [True] * 4 + [False] + [True] * 2
    assert objects == {name: id(value) for name, value in model.named_parameters()}
    assert all(parameter.requires_grad for parameter in model.parameters())
    after = [p.grad for p in model.parameters()]
    assert all(torch.equal(a, b) for a, b in zip(after, gradients, strict=True) if a is not None)
    assert len(gradients) == len(after)


class Uncopiable:
    def __init__(self) -> None:
        self.calls = 0

    def __deepcopy__(self, _memo: object) -> object:
        raise AssertionError("a hook of the user's was copied")

    def __call__(self, *_: object) -> None:
        self.calls += 1


def test_hooks_are_neither_called_nor_copied() -> None:
    model, hook = mlp(3, 8, 2), Uncopiable()
    model.register_forward_hook(hook)
    model[0].register_forward_pre_hook(hook)
    model[0].register_full_backward_hook(hook)
    next(model.parameters()).register_hook(hook)
    graph_of(model, torch.randn(4, 3))
    assert hook.calls == 0
    model(torch.randn(4, 3))
    assert hook.calls == 2, "they are still there"


def test_recording_under_another_default_device_or_precision_changes_nothing() -> None:
    model, x = mlp(3, 8, 2), torch.randn(4, 3)
    with torch.device("meta"), torch.autocast("cpu", dtype=torch.bfloat16):
        graph = graph_of(model, x)
    with torch.no_grad():
        wanted = model(x).numpy()
    np.testing.assert_allclose(answers(fill(graph.data, weights(model)), x), wanted, atol=1e-5)


def test_the_hooks_that_make_a_weight_are_kept() -> None:
    with pytest.warns(FutureWarning):
        layer = nn.utils.weight_norm(nn.Linear(3, 2))
    graph = graph_of(nn.Sequential(layer), torch.randn(4, 3))
    assert set(graph.tensors) == {"0.weight_g", "0.weight_v", "0.bias"}


# What ONNX cannot hold ---------------------------------------------------------------------------


class Around(nn.Module):
    def __init__(self, forward: Callable[[nn.Module, Tensor], object]) -> None:
        super().__init__()
        self.inner = nn.Linear(3, 3)
        self.asked = forward

    def forward(self, x: Tensor) -> object:
        return self.asked(self.inner, x)


REFUSED: dict[str, tuple[Callable[[nn.Module, Tensor], object], str]] = {
    "if": (lambda inner, x: inner(x) if x.max() > 9 else -inner(x), r"an if, \.item\(\)"),
    "item": (lambda inner, x: inner(x) * x.max().item(), r"an if, \.item\(\)"),
    "NumPy": (lambda inner, x: inner(torch.from_numpy(x.numpy() * 2)), "outside of PyTorch"),
    "len": (lambda inner, x: inner(x) + torch.arange(len(x))[:, None], "one number of examples"),
    "random": (lambda inner, x: inner(F.dropout(x)), "draw numbers"),
    "complex": (lambda inner, x: inner(torch.fft.fft(x).real), "exporter refuses it .*fft_fft"),
    "tuple": (lambda inner, x: (inner(x), x), "this one gives tuple"),
    "scalar": (lambda inner, x: inner(x).sum(), r"gives the shape \[\] for 3 examples"),
    "failing": (lambda inner, x: inner(x[:, :2]), "on the CPU the network fails .*mat1"),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_a_graph_cannot_hold_is_refused_in_words(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    forward, words = REFUSED[name]
    with pytest.raises(NnlabError, match=words):
        graph_of(Around(forward), torch.randn(8, 3))
    out, err = capfd.readouterr()
    assert out == err == "", "PyTorch's exporter prints nothing into the user's notebook"


def test_a_python_if_on_shapes_is_no_hindrance() -> None:
    def forward(inner: nn.Module, x: Tensor) -> Tensor:
        return inner(x) if x.shape[1] == 3 and len(x) > 0 else x

    assert graph_of(Around(forward), torch.randn(8, 3)).outputs == (3,)


def test_a_custom_gradient_is_no_hindrance_to_answers() -> None:
    graph = graph_of(Around(lambda inner, x: Signs.apply(inner(x))), torch.randn(8, 3))
    assert graph.outputs == (3,)


def test_a_network_that_is_too_large_is_refused_before_it_is_copied() -> None:
    with torch.device("meta"):
        model = nn.Linear(4096, 4097)
    with pytest.raises(NnlabError, match="up to 64 MB of weights, this one has 64 MB"):
        graph_of(model, torch.randn(2, 4096))


def test_lazy_layers_and_empty_examples_are_said() -> None:
    with pytest.raises(NnlabError, match="call the network once"):
        graph_of(nn.LazyLinear(2), torch.randn(2, 3))
    with pytest.raises(NnlabError, match=r"at least one row, got the shape \[0, 3\]"):
        graph_of(mlp(3, 2), torch.randn(0, 3))


class Locked(nn.Linear):
    def __deepcopy__(self, _memo: object) -> nn.Module:
        raise TypeError("cannot pickle '_thread.lock' object")


def test_a_module_that_cannot_be_copied_is_said() -> None:
    with pytest.raises(NnlabError, match=r"a copy .* cannot be made \(TypeError: cannot pickle"):
        graph_of(Locked(3, 2), torch.randn(2, 3))
