"""What a network in the browser is asked, keeps and refuses."""

import base64

import numpy as np
import pytest

from nnlab.config import LogSoftmax, Model, mlp
from tests.web.modules import Modules
from tests.web.networks import a_case
from tests.web.parity import apart, in_torch, to_json

TOLERANCE = 1e-5


def test_an_evaluation_with_new_weights_writes_into_the_same_arrays(page: Modules) -> None:
    layers = (*mlp(3, outputs=2, activation="tanh"), LogSoftmax())
    cases = [a_case(layers, seed) for seed in (1, 2)]
    same, *rows = page.evaluate(
        """([first, second]) => {
          const { bytesOf, base64Of } = modules.evaluate, { readTensors } = modules.safetensors;
          const network = modules.forward.makeNetwork(first.layers, first.shape);
          const x = new Float32Array(bytesOf(first.x).buffer), found = [], arrays = [];
          for (const { weights } of [first, second]) {
            const { tensors } = readTensors(bytesOf(weights));
            const made = network.forward(tensors, x, first.n, { keep: true });
            found.push(base64Of(made));
            arrays.push([made, network.unit(-1, 1), network.unit(0, 2), ...network.outputs()]);
          }
          return [arrays[0].every((array, i) => array === arrays[1][i]), ...found];
        }""",
        [to_json(case) for case in cases],
    )
    assert same
    for case, got in zip(cases, rows, strict=True):
        ours = np.frombuffer(base64.b64decode(got), "<f4").reshape(case.n, 2)
        assert apart(ours.T, in_torch(case)[-1]) <= TOLERANCE


def error_of(page: Modules, body: str) -> str:
    """What a piece of JavaScript throws, with `makeNetwork` and an empty Map `tensors` at hand."""
    return page.evaluate(
        f"""() => {{
          const {{ makeNetwork }} = modules.forward, tensors = new Map();
          try {{ {body} }} catch (error) {{ return error.message; }}
          return "nothing was thrown";
        }}"""
    )


LINEAR = '[{"kind": "linear", "out_features": 3}]'


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            f"makeNetwork({LINEAR}, [2]).forward(tensors, new Float32Array(2), 1)",
            "The tensor 0.weight of the shape [3,2] is missing among the weights.",
        ),
        (
            "tensors.set('0.weight', { shape: [2, 3], data: new Float32Array(6) });"
            f"makeNetwork({LINEAR}, [2]).forward(tensors, new Float32Array(2), 1)",
            "The tensor 0.weight must have the shape [3,2], it has [2,3].",
        ),
        (
            f"makeNetwork({LINEAR}, [2]).forward(tensors, new Float32Array(3), 2)",
            "2 inputs of 2 values each are needed, x has 3.",
        ),
        (f"makeNetwork({LINEAR}, [1, 4, 4])", "Layer 1 (linear) does not take the shape [1,4,4]."),
        (
            "makeNetwork([{kind: 'features', names: ['x1*x2']}], [1])",
            "Layer 1 (features) does not take the shape [1].",
        ),
        (
            "makeNetwork([{kind: 'relu'}, {kind: 'conv2d', out_channels: 1}], [1, 2, 9])",
            "Layer 2 (conv2d) does not take the shape [1,2,9].",
        ),
        ("makeNetwork([{kind: 'toString'}], [2])", "Layer 1 is of the unknown kind toString."),
        (
            "const network = makeNetwork([{kind: 'relu'}, {kind: 'tanh'}], [2]);"
            "network.forward(tensors, new Float32Array(2), 1); network.unit(0, 1)",
            "The values of layer 0 were not kept: call forward with {keep: true}.",
        ),
        (
            "const network = makeNetwork([{kind: 'relu'}], [2]);"
            "network.forward(tensors, new Float32Array(2), 1); network.unit(0, 2)",
            "The network has no unit 2 of layer 0, or was not evaluated yet.",
        ),
    ],
)
def test_what_cannot_be_evaluated_is_refused_by_name(
    page: Modules, body: str, message: str
) -> None:
    assert error_of(page, body) == message


def test_a_layer_without_its_fields_has_the_defaults_of_the_experiment(page: Modules) -> None:
    layers = [
        {"kind": "normalize"},
        {"kind": "conv2d", "out_channels": 2},
        {"kind": "batch_norm"},
        {"kind": "max_pool2d"},
        {"kind": "flatten"},
        {"kind": "linear", "out_features": 3},
    ]
    model = Model.model_validate({"layers": layers})
    case = a_case(model.layers, 3, (1, 9, 8))
    (got,) = page.evaluate(
        "cases => modules.evaluate.evaluateAll(cases)", [{**to_json(case), "layers": layers}]
    )
    rows = np.frombuffer(base64.b64decode(got["rows"]), "<f4").reshape(case.n, 3)
    assert apart(rows.T, in_torch(case)[-1]) <= TOLERANCE
