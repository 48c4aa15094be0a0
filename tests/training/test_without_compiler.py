"""No run waits for PyTorch's compiler, which nothing here compiles with."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from nnlab.training.optimizers import CLASSES

REPOSITORY = Path(__file__).resolve().parents[2]

TRAIN_AND_GO_ON = """
import sys
from pathlib import Path
from nnlab.config import Experiment, PlaneClasses, Training, Activation, BatchNorm, Dropout
from nnlab.config import Linear, Model
from nnlab.data.registry import load
from nnlab.training.fit import fit

data = PlaneClasses(kind="moons", points=60)
layers = (Linear(out_features=4), BatchNorm(), Activation(kind="gelu"), Dropout(p=0.1),
          Linear(out_features=2))
for kind, engine in [(kind, engine) for kind in ("sgd", "adam", "adamw", "rmsprop")
                     for engine in ("module", "stack")]:
    training = Training.model_validate({
        "epochs": 2, "batch_size": 7, "evaluate_every": 1, "clip_norm": 1.0, "l1": 0.01,
        "optimizer": {"kind": kind, "lr": 0.01}, "schedule": {"kind": "one_cycle"},
    })
    given = Experiment(data=data, model=Model(layers=layers), training=training, engine=engine)
    splits = load(data, Path("none"))
    running = fit(given, splits)
    for event in running:
        if event.type == "epoch_ended" and event.epoch == 1:
            state = running.snapshot()
    last = list(fit(given, splits, state))[-1]
    assert last.reason == "completed" and running.step == last.step > 0
print("torch._dynamo" in sys.modules or "sympy" in sys.modules)
"""


def test_training_never_imports_the_compiler():
    done = subprocess.run(
        [sys.executable, "-c", TRAIN_AND_GO_ON],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False"]


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("sgd", torch.optim.SGD),
        ("adam", torch.optim.Adam),
        ("adamw", torch.optim.AdamW),
        ("rmsprop", torch.optim.RMSprop),
    ],
)
def test_an_optimizer_is_pytorch_s_own_to_the_last_bit(kind: str, own: Any):
    makers: list[Any] = [CLASSES[kind], own]
    assert issubclass(makers[0], own)
    parameters = [torch.nn.Parameter(torch.linspace(-1, 1, 9)) for _ in makers]
    optimizers = [
        make([parameter], lr=0.1, weight_decay=0.01)
        for make, parameter in zip(makers, parameters, strict=True)
    ]
    for _ in range(20):
        for parameter, optimizer in zip(parameters, optimizers, strict=True):
            (parameter.sin() ** 2).sum().backward()
            optimizer.step()
            optimizer.zero_grad()
    assert torch.equal(*parameters)
    assert not torch.equal(parameters[0].detach(), torch.linspace(-1, 1, 9))
    mine, theirs = (optimizer.state_dict()["param_groups"] for optimizer in optimizers)
    assert mine == theirs
