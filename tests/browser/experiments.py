"""Experiments that the tests open by their links, and links that are broken on purpose."""

import base64
import json
import zlib

from nnlab.config import Adam, Experiment, Model, PlaneClasses, Sgd, Training, mlp, to_link


def spiral() -> Experiment:
    """Learned to more than 0.9 in about 4,000 steps, one to three seconds."""
    return Experiment(
        data=PlaneClasses(kind="spiral"),
        model=Model(layers=mlp(8, 8, outputs=2, activation="tanh")),
        training=Training(optimizer=Adam(kind="adam", lr=0.01), epochs=100_000),
    )


def diverging() -> Experiment:
    """Infinite within the first hundred steps."""
    return Experiment(
        data=PlaneClasses(kind="circle"),
        model=Model(layers=mlp(8, outputs=2, activation="relu")),
        training=Training(optimizer=Sgd(lr=10.0, momentum=0.9), epochs=1000),
    )


def address(experiment: Experiment, page: str = "playground") -> str:
    """The address that opens an experiment."""
    return f"/{page}?x={to_link(experiment)}"


def address_of(**changes: object) -> str:
    """The address of the spiral's JSON with fields of its data changed, whether valid or not."""
    value = json.loads(spiral().to_json())
    value["data"] |= changes
    packed = zlib.compress(json.dumps(value).encode())
    return f"/playground?x=1.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"
