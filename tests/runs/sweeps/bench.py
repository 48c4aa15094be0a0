"""A small sweep, and its events by hand."""

from typing import Any

from nnlab.config import Experiment, Model, PlaneClasses, Training, mlp
from nnlab.config.sweep import Sweep
from nnlab.training.events import FitEnded, FitStarted, NetEnded, NetsFigures, NetsProgress
from tests.runs.bench import started


def base(**training: Any) -> Experiment:
    """Ten steps an epoch; three epochs unless told."""
    given: dict[str, Any] = {"optimizer": {"kind": "adam", "lr": 0.02}, "batch_size": 10}
    given |= {} if "steps" in training else {"epochs": 3}
    return Experiment(
        data=PlaneClasses(kind="circle", points=200, train_share=0.5),
        model=Model(layers=mlp(4, outputs=2, activation="tanh")),
        training=Training.model_validate(given | training),
    )


def sweep_of(*axes: tuple[str, Any], **training: Any) -> Sweep:
    """Two rates by two seeds unless told."""
    varies = axes or (("training.optimizer.lr", "0.01,0.1"), ("model.seed", "0..1"))
    return Sweep.from_dict(
        {
            "experiment": base(**training).model_dump(mode="json", exclude_defaults=True),
            "axes": [{"path": path, "values": values} for path, values in varies],
        }
    )


def begun(step: int = 0, nets: int = 3) -> FitStarted:
    return started(step).model_copy(update={"nets": nets})


def told(step: int, *losses: float | None, paused: bool = False, **more: Any) -> NetsProgress:
    return NetsProgress(
        step=step,
        epoch=1,
        seconds=step / 10,
        steps=(step,) * len(losses),
        train_loss=losses,
        paused=paused,
        **more,
    )


def over(net: int, step: int, reason: Any = "completed", value: float | None = None) -> NetEnded:
    return NetEnded(step=step, epoch=1, seconds=step / 10, net=net, reason=reason, value=value)


def figures(step: int, *losses: float | None, first: int = 0, **more: Any) -> NetsFigures:
    count = len(losses)
    given: dict[str, Any] = {
        "reasons": ("completed",) * count,
        "steps": (step,) * count,
        "epochs": (2,) * count,
        "train_loss": losses,
    }
    return NetsFigures(step=step, epoch=2, seconds=step / 10, first=first, **(given | more))


def ended(step: int, reason: Any = "completed") -> FitEnded:
    return FitEnded(step=step, epoch=2, seconds=step / 10, reason=reason)
